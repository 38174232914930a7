#include <algorithm>
#include <map>

#include "tests/unit/janus/session_driver.h"

// A call on one session in virtual time. What the core says (acks) and what the plugin says
// (events) come on their own ways, so that either may be late, and polls may be cut short.
using namespace janus_harness;
using namespace janus_harness::janus;
using test::SessionDriver;
using namespace std::chrono_literals;

namespace {

class CallInTime {
  public:
    CallInTime() { driver_.open(); }

    std::string call() {
        const std::string transaction =
            driver_.session.message(driver_.now, driver_.handle_id, R"({"request":"call"})");
        driver_.sent();
        return transaction;
    }
    void ack_after(Duration delay, const std::string& transaction) {
        coming_.emplace(driver_.now + delay,
                        fmt::format(R"({{"janus":"ack","session_id":{},"transaction":"{}"}})",
                                    driver_.session_id, transaction));
    }
    void event_after(Duration delay, const std::string& name, const std::string& transaction = "") {
        const std::string own =
            transaction.empty() ? "" : fmt::format(R"("transaction":"{}",)", transaction);
        coming_.emplace(
            driver_.now + delay,
            fmt::format(R"({{"janus":"event","session_id":{},"sender":{},{}"plugindata":)"
                        R"({{"plugin":"janus.plugin.sip","data":{{"name":"{}"}}}}}})",
                        driver_.session_id, driver_.handle_id, own, name));
    }
    void timeout_after(Duration delay) {
        coming_.emplace(driver_.now + delay, fmt::format(R"({{"janus":"timeout","session_id":{}}})",
                                                         driver_.session_id));
    }
    // A long poll that brought nothing: what was due comes with the next one.
    void cut_poll() {
        driver_.session.handle_protocol_error(driver_.now,
                                              {"janus_poll_cut_short", "the connection was reset"});
        drain();
    }
    void run_for(Duration duration) {
        const TimePoint end = driver_.now + duration;
        while (driver_.now < end) {
            TimePoint next = end;
            if (!coming_.empty()) next = std::min(next, coming_.begin()->first);
            if (const auto due = driver_.session.next_timeout()) next = std::min(next, *due);
            driver_.now = std::max(driver_.now, next);
            while (!coming_.empty() && coming_.begin()->first <= driver_.now) {
                driver_.receive(coming_.begin()->second);
                coming_.erase(coming_.begin());
                drain();
            }
            driver_.session.handle_timeout(driver_.now);
            drain();
        }
    }

    struct Seen {
        std::string what;
        Duration after;  // since the begin
        friend bool operator==(const Seen&, const Seen&) = default;
    };
    const std::vector<Seen>& seen() const { return seen_; }
    Session& session() { return driver_.session; }
    std::map<std::string, Duration> acknowledged;  // after its request
    bool event_seen_before_timeout = false;
    int keepalives = 0;

  private:
    void drain() {
        while (const auto request = driver_.session.poll_transmit()) {
            if (request->verb != Verb::keepalive) continue;
            ++keepalives;
            coming_.emplace(driver_.now + 1ms,
                            fmt::format(R"({{"janus":"ack","session_id":{},"transaction":"{}"}})",
                                        driver_.session_id, request->transaction));
        }
        while (const auto event = driver_.session.poll_event()) {
            if (const auto* ack = std::get_if<Acknowledged>(&*event)) {
                if (ack->verb == Verb::keepalive) continue;
                acknowledged[ack->transaction] = ack->at - ack->sent_at;
            }
            if (const auto* late = std::get_if<RequestTimedOut>(&*event)) {
                event_seen_before_timeout = late->event_seen;
            }
            std::string what(name_of(*event));
            if (const auto* plugin = std::get_if<PluginEvent>(&*event)) what = plugin->data;
            if (const auto* odd = std::get_if<ProtocolError>(&*event)) what = odd->error.code;
            seen_.push_back({what, driver_.now - begin_});
        }
    }

    SessionDriver driver_;
    TimePoint begin_ = driver_.now;
    std::multimap<TimePoint, std::string> coming_;
    std::vector<Seen> seen_;
};

std::string plugin(const std::string& name) {
    return R"({"name":")" + name + R"("})";
}

}  // namespace

TEST_CASE("a late ack: what the plugin says is told as it comes, the ack with its own time") {
    for (const Duration delay : {1ms, 20ms, 150ms, 9999ms}) {
        CAPTURE(delay.count());
        CallInTime call;
        const std::string transaction = call.call();
        call.ack_after(delay, transaction);
        call.event_after(5ms, "calling", transaction);
        call.event_after(100ms, "ringing");
        call.event_after(300ms, "accepted");
        call.run_for(20s);
        std::vector<CallInTime::Seen> expected{
            {plugin("calling"), 5ms}, {plugin("ringing"), 100ms}, {plugin("accepted"), 300ms}};
        expected.push_back({"acknowledged", delay});
        std::sort(expected.begin(), expected.end(),
                  [](const auto& left, const auto& right) { return left.after < right.after; });
        CHECK(call.seen() == expected);
        REQUIRE(call.acknowledged.contains(transaction));
        CHECK(call.acknowledged[transaction] == delay);
        CHECK(call.session().requests_open() == 0);
    }
}

TEST_CASE("an ack that comes after its time-out is a late reply and changes nothing") {
    CallInTime call;
    const std::string transaction = call.call();
    call.ack_after(10001ms, transaction);
    call.event_after(5ms, "calling", transaction);
    call.run_for(12s);
    CHECK(call.seen() == std::vector<CallInTime::Seen>{{plugin("calling"), 5ms},
                                                       {"request_timed_out", 10s},
                                                       {"janus_late_reply", 10001ms}});
    CHECK(call.event_seen_before_timeout);
    CHECK_FALSE(call.acknowledged.contains(transaction));
    // The session goes on.
    const std::string next = call.call();
    call.ack_after(3ms, next);
    call.run_for(1s);
    CHECK(call.acknowledged[next] == 3ms);
}

TEST_CASE("a lost ack is no lost request when the plugin's event for it came") {
    CallInTime with_event;
    with_event.event_after(5ms, "calling", with_event.call());
    with_event.run_for(11s);
    CHECK(with_event.event_seen_before_timeout);
    CallInTime without;
    without.call();
    without.event_after(5ms, "registered");  // of another request
    without.run_for(11s);
    CHECK_FALSE(without.event_seen_before_timeout);
    CHECK(without.seen().back() == CallInTime::Seen{"request_timed_out", 10s});
}

TEST_CASE("polls cut short are told, and neither the call nor its requests end") {
    CallInTime call;
    const std::string transaction = call.call();
    call.run_for(2ms);
    call.cut_poll();
    call.ack_after(3ms, transaction);
    call.event_after(50ms, "accepted");
    call.run_for(20ms);
    call.cut_poll();
    call.run_for(1s);
    CHECK(call.seen() == std::vector<CallInTime::Seen>{{"janus_poll_cut_short", 2ms},
                                                       {"acknowledged", 5ms},
                                                       {"janus_poll_cut_short", 22ms},
                                                       {plugin("accepted"), 52ms}});
    CHECK(call.session().state() == Session::State::ready);
}

TEST_CASE("a session that Janus times out in a call ends its requests, once, and stays quiet") {
    CallInTime call;
    const std::string transaction = call.call();
    call.event_after(5ms, "calling", transaction);
    call.timeout_after(40ms);
    call.ack_after(50ms, transaction);
    call.event_after(60ms, "accepted");
    call.run_for(2min);
    REQUIRE(call.seen().size() >= 3);
    CHECK(call.seen()[0] == CallInTime::Seen{plugin("calling"), 5ms});
    int ended = 0;
    int failed = 0;
    for (const auto& seen : call.seen()) {
        ended += seen.what == "session_timed_out";
        failed += seen.what == "request_failed";
        CHECK(seen.what != plugin("accepted"));
        CHECK(seen.what != "acknowledged");
    }
    CHECK(ended == 1);
    CHECK(failed == 1);
    CHECK(call.keepalives == 0);
    CHECK(call.session().state() == Session::State::closed);
    CHECK_FALSE(call.session().next_timeout().has_value());
}

TEST_CASE("a long call keeps its session alive") {
    CallInTime call;
    const std::string transaction = call.call();
    call.ack_after(1ms, transaction);
    call.run_for(299s);
    CHECK(call.keepalives == 11);  // after each 25 s without a request
    CHECK(call.session().state() == Session::State::ready);
}
