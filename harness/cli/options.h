#pragma once

#include <CLI/CLI.hpp>

#include "harness/cli/capacity_command.h"
#include "harness/controller/run_options.h"

namespace janus_harness::cli {

// Declares the options of `janus-harness run` on its subcommand. Each can also stand in a file
// (--config) and, as JANUS_HARNESS_<NAME>, in the environment: secrets need not be on the command
// line.
void add_run_options(CLI::App& command, controller::RunOptions& options);

// Declares those of `janus-harness capacity`: its own and those of run.
void add_capacity_options(CLI::App& command, CapacityOptions& options);

// CLI::ExistingFile without its name in --help, where the option's own stands.
CLI::Validator existing_file();

// `arguments` as one line that a shell takes, with the values of secrets replaced.
std::string reproducible_command_line(int argc, char** argv);

}  // namespace janus_harness::cli
