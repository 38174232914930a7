#include "harness/controller/capacity_limit.h"

#include <doctest/doctest.h>

#include "harness/controller/capacity_trial.h"

namespace controller = janus_harness::controller;
namespace reports = janus_harness::reports;

namespace {

using controller::CapacityConclusion;
using controller::Limit;

// A run that failed, with Janus's process as it was for ten seconds.
reports::RunResult failed_run(double janus_cores, double machine_cores, double busiest = 0.1) {
    reports::RunResult result;
    result.verdict = reports::Verdict::failed;
    result.exit_code = 1;
    result.reason = "a threshold broke";
    result.calls.started = 10;
    reports::ProcessUsage usage;
    usage.cores = 2;
    usage.busiest_thread = "sip handler";
    usage.max_threads = 300;
    usage.thread_limit = 30'000;
    usage.max_descriptors = 800;
    usage.descriptor_limit = 1024;
    for (std::uint32_t second = 0; second < 10; ++second) {
        usage.series.push_back({.second = second,
                                .cores = janus_cores,
                                .busiest_thread = busiest,
                                .machine_cores = machine_cores,
                                .threads = 300,
                                .descriptors = 800,
                                .rss_bytes = 1});
    }
    result.janus_process = usage;
    return result;
}

}  // namespace

TEST_CASE("the CPU of the machine ran out where Janus used most of all of it") {
    const auto found = controller::find_limit(failed_run(1.7, 1.98));
    CHECK(found.limit == Limit::janus_cpu);
    CHECK(found.text.find("1.70") != std::string::npos);
    // Somebody else was the load.
    CHECK(controller::find_limit(failed_run(0.5, 1.98)).limit == Limit::unknown);
    CHECK(controller::find_limit(failed_run(1.2, 1.3)).limit == Limit::unknown);
}

TEST_CASE("a single second at the top is no limit") {
    auto result = failed_run(0.5, 0.7);
    result.janus_process->series[4].cores = 2;
    result.janus_process->series[4].machine_cores = 2;
    result.janus_process->series[4].busiest_thread = 1;
    CHECK(controller::find_limit(result).limit == Limit::unknown);
}

TEST_CASE("one thread at 100 % is named before the cores of the machine") {
    const auto found = controller::find_limit(failed_run(1.9, 2, 0.99));
    CHECK(found.limit == Limit::janus_thread);
    CHECK(found.text.find("sip handler") != std::string::npos);
}

TEST_CASE("descriptors, threads, ports and registrations are named before the CPU") {
    auto result = failed_run(1.9, 2);
    result.janus_process->max_descriptors = 1020;
    CHECK(controller::find_limit(result).limit == Limit::descriptors);
    result.janus_process->max_descriptors = 100;
    result.janus_process->max_threads = 29'000;
    CHECK(controller::find_limit(result).limit == Limit::threads);
    result.janus_process->max_threads = 10;
    result.iterations.failures["plugin_error_450"] = 3;
    CHECK(controller::find_limit(result).limit == Limit::rtp_ports);
    result.iterations.failures.clear();
    result.findings = {{"janus.registrations_queue", "100 registrations …"}};
    // That of `setup` may have queued; the calls broke of something else.
    CHECK(controller::find_limit(result).limit == Limit::janus_cpu);
    result.failure_examples = {{"timeout", "step \"register\": no event", 2, ""}};
    CHECK(controller::find_limit(result).limit == Limit::registration_rate);
    result.failure_examples.clear();
    auto idle = failed_run(0.5, 0.6);
    idle.findings = result.findings;
    CHECK(controller::find_limit(idle).limit == Limit::unknown);
    CHECK(controller::find_limit(idle).text.ends_with("; 100 registrations …"));
    // What the kernel did not say is no limit.
    result.findings.clear();
    result.janus_process->descriptor_limit.reset();
    result.janus_process->max_descriptors = 100'000;
    CHECK(controller::find_limit(result).limit == Limit::janus_cpu);
}

TEST_CASE("Janus is never blamed for a generator that did not keep up") {
    auto result = failed_run(2, 2, 1);
    result.verdict = reports::Verdict::invalid;
    result.generator.reasons = {"RTP packets left 40 ms late"};
    result.janus_process->max_descriptors = 1024;
    const auto found = controller::find_limit(result);
    CHECK(found.limit == Limit::generator);
    CHECK(
        found.text ==
        "RTP packets left 40 ms late; all 2 cores of the machine were in use, 2.00 of them by the "
        "Janus that shares it");
    CapacityConclusion conclusion;
    conclusion.kind = CapacityConclusion::Kind::at_least;
    conclusion.level = 90;
    conclusion.above = 120;
    conclusion.confirmed = true;
    const auto sentence =
        controller::conclusion_sentence(conclusion, "concurrent calls", found, "");
    CHECK(sentence.starts_with("At least 90 concurrent calls (held twice)"));
    CHECK(sentence.find("says nothing about Janus") != std::string::npos);
}

TEST_CASE("a Janus that dies under the load is what ran out") {
    auto result = failed_run(1, 1);
    result.verdict = reports::Verdict::error;
    result.exit_code = 3;
    result.reason = "Janus died during the run (killed by signal 11)";
    CHECK(controller::find_limit(result).limit == Limit::janus_died);
    CHECK(controller::outcome_of(result)->verdict == controller::TrialVerdict::broken);
    // One that was never there says nothing.
    result.calls.started = 0;
    CHECK_FALSE(controller::outcome_of(result).has_value());
    result.calls.started = 1;
    result.exit_code = 5;
    CHECK_FALSE(controller::outcome_of(result).has_value());
}

TEST_CASE("what is not known is said to be not known") {
    auto result = failed_run(1, 1);
    result.janus_process.reset();
    const auto found = controller::find_limit(result);
    CHECK(found.limit == Limit::unknown);
    CHECK_FALSE(controller::utilisation_of(result).has_value());
    CapacityConclusion conclusion;
    conclusion.kind = CapacityConclusion::Kind::limit;
    conclusion.level = 147;
    conclusion.above = 160;
    const auto sentence = controller::conclusion_sentence(
        conclusion, "concurrent calls", found, "the threshold \"calls.failed == 0\" broke (was 3)");
    CHECK(sentence ==
          "147 concurrent calls (held once); at 160 the threshold \"calls.failed == 0\" broke (was "
          "3). What ran out: not known; " +
              found.text + ".");
}

TEST_CASE("the scarcest resource is the one that is used most") {
    auto result = failed_run(0.5, 0.6);
    CHECK(controller::utilisation_of(result).value() == doctest::Approx(800.0 / 1024));
    result.janus_process->max_descriptors = 10;
    CHECK(controller::utilisation_of(result).value() == doctest::Approx(0.25));
    result.janus_process->series.resize(2);
    CHECK(controller::utilisation_of(result).value() < 0.1);
}

TEST_CASE("a trial tells what broke, and how often calls failed of what") {
    auto result = failed_run(1.7, 1.9);
    result.thresholds = {{"checks.failed == 0", 0, "", true, "", true},
                         {"call_setup.p99 < 1000ms", 1432.5, "ms", false, "", true}};
    result.failure_examples = {{"timeout", "…", 2, ""}, {"no_media", "…", 7, ""}};
    const auto trial = controller::describe_trial(160, result, "/out/trial-05-160");
    CHECK(trial.broken == "call_setup.p99 < 1000ms");
    CHECK(trial.failure == "7 x no_media");
    CHECK(trial.janus_cores == doctest::Approx(1.7));
    CHECK_FALSE(trial.call_setup_p99_ms.has_value());
    CHECK(controller::why_not_good(trial) ==
          "the threshold \"call_setup.p99 < 1000ms\" broke (was 1432.5ms; 7 x no_media)");
    const auto line = reports::capacity_line(trial);
    CHECK(line.find("failed") != std::string::npos);
    CHECK(line.find("1.70 cores") != std::string::npos);
    const auto heading = reports::capacity_heading("clients");
    CHECK(heading.find("descriptors") != std::string::npos);
}

TEST_CASE("iterations that only the scenario's max_clients dropped are no limit of Janus") {
    auto result = failed_run(1.9, 2);
    result.iterations.dropped = 7;
    result.thresholds = {{"iterations.dropped == 0", 7, "", false, "", true}};
    const auto found = controller::find_limit(result);
    CHECK(found.limit == Limit::max_clients);
    CHECK(controller::name(found.limit) == "max_clients");
    CHECK(controller::outcome_of(result)->verdict == controller::TrialVerdict::generator_invalid);
    CapacityConclusion conclusion;
    conclusion.kind = CapacityConclusion::Kind::at_least;
    conclusion.level = 5;
    conclusion.above = 10;
    const auto sentence = controller::conclusion_sentence(conclusion, "calls a second", found, "");
    CHECK(sentence.starts_with("At least 5 calls a second (held once)"));
    CHECK(sentence.find("max_clients") != std::string::npos);
    // Something that Janus did not do makes it Janus's again.
    result.iterations.failed = 1;
    CHECK(controller::find_limit(result).limit == Limit::janus_cpu);
    CHECK(controller::outcome_of(result)->verdict == controller::TrialVerdict::broken);
    result.iterations.failed = 0;
    result.thresholds.push_back({"call_setup.p99 < 1000ms", 1432.5, "ms", false, "", true});
    CHECK(controller::find_limit(result).limit == Limit::janus_cpu);
}

TEST_CASE("thresholds that only a far end of ours could judge are named beside the conclusion") {
    auto result = failed_run(1, 1);
    result.thresholds = {{"calls.failed == 0", 0, "", true, "", true}};
    CHECK(controller::not_measured(result).empty());
    result.thresholds.push_back({"audio.loss_ratio < 0.1%", {}, "%", false, "", false});
    CHECK(controller::not_measured(result) ==
          " Not measured, because the far end is not ours: \"audio.loss_ratio < 0.1%\".");
}
