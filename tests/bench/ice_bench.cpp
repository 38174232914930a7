// Our ICE agent beside libnice's, doing the same: pairs of agents on 127.0.0.1, both ends of a pair
// in this process. CPU from nothing to connected (sockets, candidates, checks; everything the
// process does meanwhile), heap an agent then holds, and CPU of a media packet from one end's send
// to the other end's callback.
#include <CLI/CLI.hpp>
#include <array>
#include <string>

#include "figures.h"
#include "ice_pairs.h"

namespace janus_harness::bench {
namespace {

struct Options {
    std::string implementation = "own";
    std::size_t pairs = 100;
    std::size_t packets = 50'000;
    int core = -1;
};

Options read_options(int argc, char** argv) {
    Options options;
    CLI::App app{"ICE agents: CPU to connect, heap, CPU of a packet"};
    app.add_option("--implementation", options.implementation)
        ->check(CLI::IsMember({"own", "libnice"}));
    app.add_option("--pairs", options.pairs);
    app.add_option("--packets", options.packets);
    app.add_option("--core", options.core);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        std::exit(app.exit(error));
    }
    return options;
}

std::unique_ptr<IcePairs> make_pairs(const Options& options) {
    return options.implementation == "own" ? own_pairs() : libnice_pairs();
}

void measure(const Options& options) {
    pin_to_core(options.core);
    raise_descriptor_limit();
    const auto pairs = make_pairs(options);
    const auto count = static_cast<double>(options.pairs);
    const std::size_t heap_before = heap_bytes();
    const double cpu_before = process_cpu_s();
    pairs->connect(options.pairs);
    const double connect_cpu = process_cpu_s() - cpu_before;
    const auto heap = static_cast<double>(heap_bytes() - heap_before);

    const std::array<unsigned char, 182> packet{0x80};  // an RTP packet by its first byte
    const std::size_t rounds = options.packets / options.pairs + 1;
    pairs->exchange(rounds / 10 + 1, packet);  // warms caches
    const double exchange_before = process_cpu_s();
    pairs->exchange(rounds, packet);
    const double exchange_cpu = process_cpu_s() - exchange_before;
    print_figures({{"implementation", options.implementation}},
                  {{"pairs", count},
                   {"connect_ms_per_pair", connect_cpu * 1e3 / count},
                   {"bytes_per_agent", heap / (2 * count)},
                   {"packet_us", exchange_cpu * 1e6 / (count * static_cast<double>(rounds))}});
}

}  // namespace
}  // namespace janus_harness::bench

int main(int argc, char** argv) {
    janus_harness::bench::measure(janus_harness::bench::read_options(argc, argv));
}
