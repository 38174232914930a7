#pragma once

#include <cstddef>
#include <initializer_list>
#include <string_view>
#include <utility>

// What every benchmark program measures with and prints.
namespace janus_harness::bench {

// CPU time of this process so far, all threads, user and system, in seconds.
double process_cpu_s();
// CLOCK_MONOTONIC, seconds.
double monotonic_s();
// Bytes that malloc has given out and not got back, mapped blocks included.
std::size_t heap_bytes();

// This thread, and those it starts, run on this core only. Negative: wherever the system likes.
void pin_to_core(int core);
// As many descriptors as the system allows without asking.
void raise_descriptor_limit();
// Prints the reason to standard error and ends the program with exit code 1.
[[noreturn]] void give_up(std::string_view reason);

// One JSON object on a line of its own, which is what the driver reads.
using Texts = std::initializer_list<std::pair<std::string_view, std::string_view>>;
using Numbers = std::initializer_list<std::pair<std::string_view, double>>;
void print_figures(Texts texts, Numbers numbers);

}  // namespace janus_harness::bench
