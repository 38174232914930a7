#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "reports/writers.h"
#include "sample_results.h"

namespace janus_harness::reports {
namespace {

TEST_CASE("colours only when asked for, and nothing else changes") {
    const RunResult result = realistic_result(20, 1);
    std::string coloured = console_summary(result, true);
    const std::string plain = console_summary(result, false);
    CHECK(plain.find('\033') == std::string::npos);
    CHECK(coloured.find("\033[31mfailed\033[0m") != std::string::npos);
    for (auto at = coloured.find('\033'); at != std::string::npos; at = coloured.find('\033')) {
        coloured.erase(at, coloured.find('m', at) - at + 1);
    }
    CHECK(coloured == plain);
}

TEST_CASE("a peer's text cannot steer the terminal") {
    const std::string text = console_summary(hostile_result(), false);
    CHECK(std::none_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; }));
    CHECK(text.find('\x7f') == std::string::npos);
}

TEST_CASE("what was not measured says so") {
    const std::string text = console_summary(unreachable_result(), false);
    CHECK(text.find("latency       not measured\n") != std::string::npos);
    CHECK(text.find("to far end    not measured\n") != std::string::npos);
}

TEST_CASE("the progress line fits the terminal") {
    Progress progress{.elapsed = std::chrono::seconds(12),
                      .planned = std::chrono::seconds(30),
                      .calls_planned = 150,
                      .started = 60,
                      .in_progress = 49,
                      .completed = 10,
                      .failed = 1,
                      .call_setup_p50 = std::chrono::milliseconds(479),
                      .loss_ratio = 0.0};
    CHECK(progress_line(progress, 200) ==
          "[======          ] 12.0 s  60/150 calls, 49 up, 10 done, 1 failed, set-up 479 ms, loss "
          "0 %");
    CHECK(progress_line(progress, 40).size() == 40);
    CHECK(progress_line(progress, 0).size() == 20);
    CHECK(progress_line(Progress{}, 80).starts_with("[                ] 0 ms  0 calls"));
}

}  // namespace
}  // namespace janus_harness::reports
