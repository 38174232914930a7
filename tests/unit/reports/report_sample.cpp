#include <fmt/format.h>

#include <cstdlib>
#include <string>

#include "reports/writers.h"
#include "sample_results.h"

// report_sample DIR [CALLS]: writes the folders DIR/realistic, DIR/unreachable, DIR/died and
// DIR/hostile, each as a run would have, and DIR/comparison.html of two runs.
int main(int argument_count, char** arguments) {
    using namespace janus_harness::reports;
    if (argument_count < 2) return 2;
    const std::string directory = arguments[1];
    const auto calls = argument_count > 2 ? std::strtoul(arguments[2], nullptr, 10) : 400;
    const std::pair<const char*, janus_harness::reports::RunResult> runs[] = {
        {"realistic", realistic_result(calls, 1)},
        {"other", realistic_result(calls, 2)},
        {"unreachable", unreachable_result()},
        {"died", died_result()},
        {"hostile", hostile_result()},
    };
    for (const auto& [name, result] : runs) {
        const auto written = write_run_folder(directory + "/" + name, result);
        if (!written.ok()) {
            fmt::print(stderr, "{}\n", written.error().message);
            return 5;
        }
    }
    const auto compared = write_report({directory + "/realistic", directory + "/other"},
                                       directory + "/comparison.html");
    return compared.ok() ? 0 : 5;
}
