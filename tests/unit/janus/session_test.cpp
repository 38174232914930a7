#include "janus/session.h"

#include "core/balance.h"
#include "tests/unit/janus/session_driver.h"

using namespace janus_harness;
using namespace janus_harness::janus;
using test::SessionDriver;
using namespace std::chrono_literals;

TEST_CASE("create, attach, message, detach, destroy, with what goes out and what comes in") {
    SessionDriver driver({.apisecret = "s3\"cret", .token = "tok"});
    Session& session = driver.session;
    const std::string created = session.create(driver.now);
    const Outgoing create = driver.sent();
    CHECK(create.transaction == created);
    CHECK(create.session_id == 0);
    CHECK(create.json == fmt::format(R"({{"janus":"create","transaction":"{}",)"
                                     R"("apisecret":"s3\"cret","token":"tok"}})",
                                     created));
    driver.now += 3ms;
    driver.receive(R"({"janus":"success","transaction":")" + created + R"(","data":{"id":77}})");
    const auto replied = driver.event<Replied>();
    CHECK(replied.verb == Verb::create);
    CHECK(replied.id == 77);
    CHECK(replied.at - replied.sent_at == 3ms);
    CHECK(session.state() == Session::State::ready);
    driver.session_id = 77;

    const std::string attached = session.attach(driver.now, "janus.plugin.sip", "me");
    const Outgoing attach = driver.sent();
    CHECK(attach.session_id == 77);
    CHECK(attach.json.find(R"("session_id":77)") != std::string::npos);
    CHECK(attach.json.find(R"("plugin":"janus.plugin.sip","opaque_id":"me")") != std::string::npos);
    driver.reply(attached, "success", R"(,"data":{"id":88})");
    CHECK(driver.event<Replied>().id == 88);
    CHECK(session.has_handle(88));

    const std::string sent =
        session.message(driver.now, 88, R"({"request":"call"})", Jsep{"offer", "v=0\r\n", false});
    const Outgoing message = driver.sent();
    CHECK(message.handle_id == 88);
    CHECK(message.json.find(R"("body":{"request":"call"},"jsep":{"type":"offer",)"
                            R"("sdp":"v=0\r\n","trickle":false})") != std::string::npos);
    driver.reply(sent, "ack");
    CHECK(driver.event<Acknowledged>().verb == Verb::message);

    const std::string detached = session.detach(driver.now, 88);
    driver.sent();
    driver.reply(detached, "success");
    CHECK(driver.event<Replied>().verb == Verb::detach);
    CHECK_FALSE(session.has_handle(88));
    driver.receive(R"({"janus":"detached","session_id":77,"sender":88})");
    CHECK(driver.event<Detached>().handle_id == 88);

    const std::string destroyed = session.destroy(driver.now);
    driver.sent();
    driver.reply(destroyed, "success");
    CHECK(driver.event<Replied>().verb == Verb::destroy);
    CHECK(session.state() == Session::State::closed);
    CHECK_FALSE(session.next_timeout().has_value());
    driver.no_event();
}

TEST_CASE("trickle in both forms, hangup, info and ping") {
    SessionDriver driver;
    driver.open();
    driver.session.trickle(driver.now, driver.handle_id,
                           {"candidate:1 1 udp 1 10.0.0.1 9 typ host", "0", 0});
    CHECK(driver.sent().json.find(
              R"("candidate":{"sdpMLineIndex":0,"candidate":"candidate:1 1 udp 1 10.0.0.1 9 typ )"
              R"(host","sdpMid":"0"})") != std::string::npos);
    driver.session.trickle_completed(driver.now, driver.handle_id);
    CHECK(driver.sent().json.find(R"("candidate":{"completed":true})") != std::string::npos);
    driver.session.hangup(driver.now, driver.handle_id);
    CHECK(driver.sent().verb == Verb::hangup);
    const std::string pinged = driver.session.ping(driver.now);
    const Outgoing ping = driver.sent();
    CHECK(ping.session_id == 0);
    CHECK(ping.json.find("session_id") == std::string::npos);
    driver.receive(R"({"janus":"pong","transaction":")" + pinged + "\"}");
    CHECK(driver.event<Replied>().verb == Verb::ping);
}

TEST_CASE("an event before its ack: both are told, the ack late") {
    SessionDriver driver;
    driver.open();
    const std::string sent = driver.session.message(driver.now, driver.handle_id, "{}");
    driver.now += 5ms;
    driver.reply(sent, "event",
                 fmt::format(R"(,"sender":{},"plugindata":{{"plugin":"janus.plugin.sip",)"
                             R"("data":{{"sip":"event"}}}})",
                             driver.handle_id));
    const auto event = driver.event<PluginEvent>();
    CHECK(event.transaction == sent);
    CHECK(event.handle_id == driver.handle_id);
    CHECK(event.data == R"({"sip":"event"})");
    driver.now += 5ms;
    driver.reply(sent, "ack");
    const auto ack = driver.event<Acknowledged>();
    CHECK(ack.transaction == sent);
    CHECK(ack.at - ack.sent_at == 10ms);
    driver.no_event();
}

TEST_CASE("a lost reply is named after the time-out, and told apart from a lost request") {
    SessionDriver driver;
    driver.open();
    const std::string lost = driver.session.message(driver.now, driver.handle_id, "{}");
    const std::string answered = driver.session.message(driver.now, driver.handle_id, "{}");
    driver.reply(
        answered, "event",
        fmt::format(R"(,"sender":{},"plugindata":{{"plugin":"p","data":{{}}}})", driver.handle_id));
    driver.event<PluginEvent>();
    CHECK(driver.session.next_timeout() == driver.now + 10s);
    driver.advance(10s - 1ns);
    driver.no_event();
    driver.advance(1ns);
    auto first = driver.event<RequestTimedOut>();
    auto second = driver.event<RequestTimedOut>();
    if (first.transaction != lost) std::swap(first, second);
    CHECK(first.transaction == lost);
    CHECK_FALSE(first.event_seen);
    CHECK(second.transaction == answered);
    CHECK(second.event_seen);
    driver.reply(lost, "ack");
    CHECK(driver.event<ProtocolError>().error.code == "janus_late_reply");
    driver.no_event();
}

TEST_CASE("a failed create may be tried again") {
    SessionDriver driver;
    const std::string rejected = driver.session.create(driver.now);
    driver.receive(R"({"janus":"error","transaction":")" + rejected +
                   R"(","error":{"code":403,"reason":"Unauthorized request"}})");
    const auto event = driver.event<RequestRejected>();
    CHECK(event.code == 403);
    CHECK(event.reason == "Unauthorized request");
    CHECK(event.verb == Verb::create);
    const std::string failed = driver.session.create(driver.now);
    driver.session.handle_request_failed(driver.now, failed, {"http_connect", "refused"});
    CHECK(driver.event<RequestFailed>().error.code == "http_connect");
    driver.session.create(driver.now);
    driver.advance(10s);
    driver.event<RequestTimedOut>();
    CHECK(driver.session.state() == Session::State::created_locally);
}

TEST_CASE("keepalives go out after the interval without a request, and only then") {
    SessionDriver driver;
    driver.open();
    CHECK(driver.session.next_timeout() == driver.now + 25s);
    driver.advance(20s);
    const std::string hangup = driver.session.hangup(driver.now, driver.handle_id);
    driver.sent();
    driver.reply(hangup, "success");
    driver.event<Replied>();
    driver.advance(24s);
    CHECK_FALSE(driver.session.poll_transmit().has_value());
    driver.advance(1s);
    const Outgoing keepalive = driver.sent();
    CHECK(keepalive.verb == Verb::keepalive);
    driver.reply(keepalive.transaction, "ack");
    CHECK(driver.event<Acknowledged>().verb == Verb::keepalive);
    CHECK(driver.session.next_timeout() == driver.now + 25s);
}

TEST_CASE("requests in a wrong state fail by name and send nothing") {
    SessionDriver driver;
    driver.session.attach(driver.now, "janus.plugin.sip");
    CHECK(driver.event<RequestFailed>().error.code == "janus_no_session");
    driver.open();
    driver.session.create(driver.now);
    CHECK(driver.event<RequestFailed>().error.code == "janus_no_session");
    driver.session.message(driver.now, 4711, "{}");
    const auto failed = driver.event<RequestFailed>();
    CHECK(failed.error.code == "janus_unknown_handle");
    CHECK(failed.error.message.find("4711") != std::string::npos);
    CHECK_FALSE(driver.session.poll_transmit().has_value());
}

TEST_CASE(
    "a session that Janus ended is told once, with how it was learnt, and open requests fail") {
    const auto check = [](const std::string& code, auto learn) {
        SessionDriver driver;
        driver.open();
        const std::string open = driver.session.message(driver.now, driver.handle_id, "{}");
        learn(driver, open);
        bool told = false;
        int failed = 0;
        while (const auto event = driver.session.poll_event()) {
            if (const auto* ended = std::get_if<SessionTimedOut>(&*event)) {
                CHECK_FALSE(told);
                told = true;
                CHECK(ended->how.code == code);
                CHECK(ended->session_id == driver.session_id);
            }
            failed += std::holds_alternative<RequestFailed>(*event) ||
                      std::holds_alternative<RequestRejected>(*event);
        }
        CHECK(told);
        CHECK(failed == 1);
        CHECK(driver.session.state() == Session::State::closed);
        CHECK(driver.session.handle_count() == 0);
        CHECK_FALSE(driver.session.next_timeout().has_value());
        CHECK_FALSE(driver.session.poll_transmit().has_value());
    };
    check("janus_timeout_event", [](SessionDriver& driver, const std::string&) {
        const auto text =
            fmt::format(R"({{"janus":"timeout","session_id":{}}})", driver.session_id);
        driver.receive(text);
        driver.receive(text);
    });
    check("janus_no_such_session", [](SessionDriver& driver, const std::string& transaction) {
        driver.reply(transaction, "error", R"(,"error":{"code":458,"reason":"No such session"})");
    });
    check("janus_poll_not_found", [](SessionDriver& driver, const std::string&) {
        driver.session.handle_session_gone(driver.now, {"janus_poll_not_found", "HTTP 404"});
    });
}

TEST_CASE("a lost connection fails all open requests, then is told, once") {
    SessionDriver driver;
    driver.open();
    driver.session.message(driver.now, driver.handle_id, "{}");
    driver.session.hangup(driver.now, driver.handle_id);
    driver.session.handle_connection_lost(driver.now, {"websocket_reset", "gone"});
    driver.session.handle_connection_lost(driver.now, {"websocket_reset", "gone"});
    CHECK(driver.event<RequestFailed>().error.code == "websocket_reset");
    CHECK(driver.event<RequestFailed>().error.code == "websocket_reset");
    CHECK(driver.event<ConnectionLost>().error.code == "websocket_reset");
    driver.no_event();
    driver.session.info(driver.now);
    CHECK(driver.event<RequestFailed>().error.code == "janus_no_connection");
}

TEST_CASE("live sessions and handles are counted") {
    {
        SessionDriver driver;
        driver.open();
        CHECK(Balance::outstanding()["janus.session"] == 1);
        CHECK(Balance::outstanding()["janus.handle"] == 1);
    }
    CHECK_FALSE(Balance::outstanding().contains("janus.session"));
    CHECK_FALSE(Balance::outstanding().contains("janus.handle"));
}

// A busy Janus tells a handle's end after that of its session.
TEST_CASE("what a handle still says after the end of its session is no foreign message") {
    SessionDriver driver;
    driver.open();
    driver.receive(fmt::format(R"({{"janus":"timeout","session_id":{}}})", driver.session_id));
    driver.event<SessionTimedOut>();
    driver.receive(fmt::format(R"({{"janus":"hangup","session_id":{},"sender":{},"reason":"x"}})",
                               driver.session_id, driver.handle_id));
    while (const auto event = driver.session.poll_event()) {
        CHECK_FALSE(std::holds_alternative<ProtocolError>(*event));
    }
}
