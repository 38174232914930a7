#include <doctest/doctest.h>
#include <fmt/format.h>

#include <map>
#include <string>
#include <vector>

#include "core/balance.h"
#include "janus/session.h"

// A session against a Janus that loses, repeats, delays and reorders its messages, in virtual time.
using namespace janus_harness;
using namespace janus_harness::janus;
using namespace std::chrono_literals;

namespace {

struct LossyJanus {
    explicit LossyJanus(std::uint64_t seed) : random(seed) {}

    // 0 to 3 copies of a message, each up to 15 s later: some replies come after their time-out.
    void send(TimePoint now, const std::string& text) {
        const std::uint64_t dice = random.below(10);
        const int copies = dice == 0 ? 0 : dice == 1 ? 2 : dice == 2 ? 3 : 1;
        for (int i = 0; i < copies; ++i) {
            const bool late = random.below(8) == 0;
            in_flight.emplace(now + Duration{static_cast<std::int64_t>(
                                        random.below(late ? 15'000'000'000ULL : 50'000'000ULL))},
                              text);
        }
    }

    void handle(TimePoint now, const Outgoing& request) {
        const std::string rest =
            fmt::format(R"("session_id":{},"transaction":"{}")", 7, request.transaction);
        switch (request.verb) {
            case Verb::create:
            case Verb::attach:
                send(now, fmt::format(R"({{"janus":"success",{},"data":{{"id":{}}}}})", rest,
                                      request.verb == Verb::create ? 7 : 8));
                break;
            case Verb::message:
                // The plugin may overtake the core.
                send(now, fmt::format(R"({{"janus":"event",{},"sender":8,)"
                                      R"("plugindata":{{"plugin":"p","data":{{}}}}}})",
                                      rest));
                send(now, fmt::format(R"({{"janus":"ack",{}}})", rest));
                break;
            case Verb::keepalive:
            case Verb::trickle:
                send(now, fmt::format(R"({{"janus":"ack",{}}})", rest));
                break;
            default:
                send(now, fmt::format(R"({{"janus":"success",{}}})", rest));
        }
    }

    Random random;
    std::multimap<TimePoint, std::string> in_flight;
};

struct Ending {
    template <typename T>
    void operator()(const T& event) {
        if constexpr (std::is_same_v<T, Replied> || std::is_same_v<T, Acknowledged> ||
                      std::is_same_v<T, RequestRejected> || std::is_same_v<T, RequestTimedOut> ||
                      std::is_same_v<T, RequestFailed>) {
            ++endings[event.transaction];
            CHECK(event.at >= event.sent_at);
            CHECK(event.at <= event.sent_at + 10s);
        }
        if constexpr (std::is_same_v<T, ProtocolError>) ++oddities[event.error.code];
    }
    std::map<std::string, int> endings;
    std::map<std::string, int> oddities;
};

class Simulation {
  public:
    explicit Simulation(std::uint64_t seed) : session_({}, Random(seed)), janus_(seed + 1) {}

    void run_for(Duration duration) {
        const TimePoint end = now_ + duration;
        for (;;) {
            exchange();
            TimePoint next = end;
            if (const auto due = session_.next_timeout()) next = std::min(next, *due);
            if (!janus_.in_flight.empty()) {
                next = std::min(next, janus_.in_flight.begin()->first);
            }
            now_ = std::max(now_, next);
            if (now_ >= end) return;
            step();
        }
    }
    // Asks for `state` until it is reached.
    void bring_to(Session::State state) {
        for (int i = 0; i < 50 && session_.state() != state; ++i) {
            if (state == Session::State::ready) {
                requests_.push_back(session_.create(now_));
            } else {
                requests_.push_back(session_.destroy(now_));
            }
            run_for(11s);
        }
        REQUIRE(session_.state() == state);
    }
    void attach() {
        for (int i = 0; i < 50 && !session_.has_handle(8); ++i) {
            requests_.push_back(session_.attach(now_, "p"));
            run_for(11s);
        }
        REQUIRE(session_.has_handle(8));
    }
    void message() { requests_.push_back(session_.message(now_, 8, "{}")); }
    void trickle() { requests_.push_back(session_.trickle_completed(now_, 8)); }

    const std::vector<std::string>& requests() const { return requests_; }
    Ending seen;

  private:
    void exchange() {
        while (const auto request = session_.poll_transmit()) janus_.handle(now_, *request);
        while (const auto event = session_.poll_event()) std::visit(seen, *event);
    }
    void step() {
        while (!janus_.in_flight.empty() && janus_.in_flight.begin()->first <= now_) {
            session_.handle_message(now_, janus_.in_flight.begin()->second);
            janus_.in_flight.erase(janus_.in_flight.begin());
        }
        if (const auto due = session_.next_timeout(); due && *due <= now_) {
            session_.handle_timeout(now_);
        }
    }

    TimePoint now_{1h};
    Session session_;
    LossyJanus janus_;
    std::vector<std::string> requests_;
};

}  // namespace

TEST_CASE("every request ends exactly once, whatever Janus loses, repeats or delays") {
    std::map<std::string, int> oddities;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        CAPTURE(seed);
        Simulation simulation(seed);
        simulation.bring_to(Session::State::ready);
        simulation.attach();
        for (int i = 0; i < 20; ++i) {
            simulation.message();
            simulation.trickle();
            simulation.run_for(3s);
        }
        simulation.run_for(60s);
        simulation.bring_to(Session::State::closed);
        simulation.run_for(60s);
        for (const std::string& request : simulation.requests()) {
            CHECK(simulation.seen.endings[request] == 1);
        }
        for (const auto& [code, count] : simulation.seen.oddities) oddities[code] += count;
    }
    // What the lossy Janus does is named, and nothing else is.
    CHECK(oddities["janus_duplicate_reply"] > 0);
    CHECK(oddities["janus_late_reply"] > 0);
    for (const auto& [code, count] : oddities) {
        INFO(code << " " << count);
        CHECK((code == "janus_duplicate_reply" || code == "janus_late_reply"));
    }
    CHECK_FALSE(Balance::outstanding().contains("janus.handle"));
}
