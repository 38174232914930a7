#pragma once

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "janus/session.h"

// A session and the Janus that the test plays, in virtual time.
namespace janus_harness::test {

inline std::string golden_message(const std::string& name) {
    std::ifstream file(std::string(TEST_DATA_DIR) + "/golden/janus/1.1.2/" + name + ".json");
    std::ostringstream text;
    text << file.rdbuf();
    REQUIRE_FALSE(text.str().empty());
    return text.str();
}

struct SessionDriver {
    explicit SessionDriver(janus::SessionOptions options = {})
        : session(std::move(options), Random(1)) {}

    void advance(Duration duration) {
        now += duration;
        session.handle_timeout(now);
    }
    // What the session wants sent; exactly one request is expected.
    janus::Outgoing sent() {
        auto outgoing = session.poll_transmit();
        REQUIRE(outgoing.has_value());
        CHECK_FALSE(session.poll_transmit().has_value());
        return *outgoing;
    }
    void receive(std::string_view json) { session.handle_message(now, json); }
    void reply(const std::string& transaction, std::string_view kind, std::string_view rest = "") {
        receive(fmt::format(R"({{"janus":"{}","session_id":{},"transaction":"{}"{}}})", kind,
                            session_id, transaction, rest));
    }
    // The next event, which must be a T.
    template <typename T>
    T event() {
        auto next = session.poll_event();
        REQUIRE(next.has_value());
        INFO(janus::name_of(*next));
        REQUIRE(std::holds_alternative<T>(*next));
        return std::get<T>(*next);
    }
    void no_event() {
        const auto next = session.poll_event();
        if (next) FAIL("unexpected event " << janus::name_of(*next));
    }
    // create and attach, answered.
    void open() {
        const std::string created = session.create(now);
        sent();
        receive(fmt::format(R"({{"janus":"success","transaction":"{}","data":{{"id":{}}}}})",
                            created, session_id));
        event<janus::Replied>();
        const std::string attached = session.attach(now, "janus.plugin.sip");
        sent();
        reply(attached, "success", fmt::format(",\"data\":{{\"id\":{}}}", handle_id));
        event<janus::Replied>();
    }

    TimePoint now{std::chrono::hours(1)};
    std::uint64_t session_id = 18446744073709551615ULL;  // the largest there is
    std::uint64_t handle_id = 9007199254740993ULL;       // not a double
    janus::Session session;
};

}  // namespace janus_harness::test
