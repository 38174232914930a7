#include "harness/controller/findings.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "core/random.h"

namespace controller = janus_harness::controller;
using janus_harness::Duration;
using janus_harness::TimePoint;
using janus_harness::run::TimedRequest;

namespace {

using Milliseconds = std::chrono::milliseconds;

TimePoint at(double ms) {
    return TimePoint{} + std::chrono::seconds{100} + janus_harness::from_seconds(ms / 1000);
}

// `count` requests, `asked` ms apart, each answered `served` ms after the one before or after
// itself, whichever is later: a server that takes one at a time.
std::vector<TimedRequest> one_at_a_time(int count, double asked, double served) {
    std::vector<TimedRequest> requests;
    double free = 0;
    for (int i = 0; i < count; ++i) {
        const double sent = i * asked;
        free = std::max(free, sent) + served;
        requests.push_back({at(sent), at(free)});
    }
    return requests;
}

// Answered at once before the first registration, after two seconds beside them.
std::vector<TimedRequest> blocked_probe() {
    std::vector<TimedRequest> probe;
    for (int i = 1; i <= 30; ++i) probe.push_back({at(-100.0 * i), at(-100.0 * i + 0.45)});
    for (int i = 0; i < 10; ++i) probe.push_back({at(100.0 * i), at(100.0 * i + 2000)});
    return probe;
}

std::string text_of(const std::vector<janus_harness::reports::Finding>& findings,
                    const std::string& id) {
    for (const auto& finding : findings) {
        if (finding.id == id) return finding.text;
    }
    return {};
}

}  // namespace

TEST_CASE("registrations that queue are found, with their rate") {
    const auto requests = one_at_a_time(100, 1, 100);
    const auto queue = controller::find_queue(requests);
    REQUIRE(queue);
    CHECK(queue->count == 100);
    CHECK(queue->answers_per_s == doctest::Approx(10));
    CHECK(queue->longest_wait > std::chrono::milliseconds{9900 - 5});
    const auto alone = controller::find_findings(requests, {});
    REQUIRE(alone.size() == 1);
    CHECK(alone[0].text.find("in Janus or behind it") != std::string::npos);
    CHECK(alone[0].text.find("sleeps") == std::string::npos);
    const auto findings = controller::find_findings(requests, blocked_probe());
    REQUIRE(findings.size() == 2);
    CHECK(findings[0].id == "janus.registrations_queue");
    CHECK(findings[0].text.find("100 registrations begun within 99 ms were answered at 10.0/s") !=
          std::string::npos);
    CHECK(findings[0].text.find("sleeps") != std::string::npos);
}

TEST_CASE("a cause that was measured elsewhere is not claimed for another rate") {
    const auto text = text_of(controller::find_findings(one_at_a_time(100, 1, 30), blocked_probe()),
                              "janus.registrations_queue");
    CHECK(text.find("33.3/s") != std::string::npos);
    CHECK(text.find("sleeps") == std::string::npos);
}

TEST_CASE("a request that found its server ready at once does not hide the sleep of the others") {
    std::vector<TimedRequest> requests;
    for (int i = 0; i < 100; ++i) requests.push_back({at(i), at(100.0 * (i - i / 10) + 1 + i)});
    const auto text =
        text_of(controller::find_findings(requests, blocked_probe()), "janus.registrations_queue");
    CHECK(text.find("answered at 10.9/s") != std::string::npos);
    CHECK(text.find("sleeps") != std::string::npos);
}

TEST_CASE("answers as fast as the requests are no queue") {
    CHECK_FALSE(controller::find_queue(one_at_a_time(100, 100, 90)));
    CHECK_FALSE(controller::find_queue(one_at_a_time(100, 100, 100)));
    CHECK_FALSE(controller::find_queue(one_at_a_time(100, 99, 100)));
    CHECK_FALSE(controller::find_queue(one_at_a_time(10, 60, 100)));
    CHECK_FALSE(controller::find_queue({}));
    CHECK_FALSE(controller::find_queue(one_at_a_time(9, 1, 100)));
}

TEST_CASE("a little too fast for long enough is a queue too") {
    const auto queue = controller::find_queue(one_at_a_time(200, 90, 100));
    REQUIRE(queue);
    CHECK(queue->answers_per_s == doctest::Approx(10));
}

TEST_CASE("requests that are served all at once are no queue, however long it takes") {
    std::vector<TimedRequest> requests;
    for (int i = 0; i < 100; ++i) requests.push_back({at(i), at(5000 + i)});
    CHECK_FALSE(controller::find_queue(requests));
    janus_harness::Random random(3);
    requests.clear();
    for (int i = 0; i < 100; ++i) {
        requests.push_back({at(i), at(i + 100 + static_cast<double>(random() % 5000))});
    }
    CHECK_FALSE(controller::find_queue(requests));
}

TEST_CASE("the order in which requests are told does not matter, and other groups do not blur it") {
    auto requests = one_at_a_time(60, 2, 100);
    for (int i = 0; i < 50; ++i) requests.push_back({at(20'000 + 500 * i), at(20'003 + 500 * i)});
    std::reverse(requests.begin(), requests.end());
    const auto queue = controller::find_queue(requests);
    REQUIRE(queue);
    CHECK(queue->count == 60);
    CHECK(queue->from == at(0));
}

TEST_CASE("a probe that waited while registrations queued, and only then, is told of") {
    const auto registrations = one_at_a_time(60, 1, 100);
    std::vector<TimedRequest> probe;
    for (int i = 1; i <= 30; ++i) probe.push_back({at(-100.0 * i), at(-100.0 * i + 0.45)});
    auto blocked = probe;
    for (int i = 0; i < 50; ++i) blocked.push_back({at(100.0 * i), at(6000 + i)});
    const auto findings = controller::find_findings(registrations, blocked);
    const auto text = text_of(findings, "janus.head_of_line_blocking");
    CHECK(text.find("6 s at most") != std::string::npos);
    CHECK(text.find("0.45 ms at the median otherwise") != std::string::npos);

    auto free = probe;
    for (int i = 0; i < 50; ++i) free.push_back({at(100.0 * i), at(100.0 * i + 0.6)});
    CHECK(text_of(controller::find_findings(registrations, free), "janus.head_of_line_blocking")
              .empty());
    // Slow always: not because of the registrations.
    std::vector<TimedRequest> slow;
    for (int i = -30; i < 50; ++i) slow.push_back({at(100.0 * i), at(100.0 * i + 80)});
    CHECK(text_of(controller::find_findings(registrations, slow), "janus.head_of_line_blocking")
              .empty());
    CHECK(controller::find_findings({}, blocked).empty());
}
