#include "janus/sip_plugin.h"
#include "tests/unit/janus/session_driver.h"

// Messages recorded from Janus 1.1.2, as they came: tests/golden/janus/1.1.2.
using namespace janus_harness;
using namespace janus_harness::janus;
using test::golden_message;
using test::SessionDriver;

namespace {

// Puts `value` in the place of the value of each `"name": ` in `text`.
void replace_member(std::string& text, const std::string& name, const std::string& value) {
    const std::string key = fmt::format("\"{}\": ", name);
    for (std::size_t at = text.find(key); at != std::string::npos; at = text.find(key, at + 1)) {
        const std::size_t start = at + key.size();
        text.replace(start, text.find_first_of(",\n}", start) - start, value);
    }
}

// The ids and transactions of a recording are of another session than the test's.
std::string adapted(std::string text, const SessionDriver& driver, const std::string& transaction) {
    replace_member(text, "session_id", std::to_string(driver.session_id));
    replace_member(text, "sender", std::to_string(driver.handle_id));
    replace_member(text, "transaction", fmt::format("\"{}\"", transaction));
    return text;
}

// The event that a recorded answer to a `message` gives.
PluginEvent recorded_event(const std::string& name) {
    SessionDriver driver;
    driver.open();
    const std::string sent = driver.session.message(driver.now, driver.handle_id, "{}");
    driver.receive(adapted(golden_message(name), driver, sent));
    auto event = driver.event<PluginEvent>();
    CHECK(event.plugin == "janus.plugin.sip");
    driver.no_event();
    return event;
}

SipEvent recorded_sip_event(const std::string& name) {
    const auto event = parse_sip_event(recorded_event(name).data);
    REQUIRE(event.ok());
    return event.value();
}

}  // namespace

TEST_CASE("recorded server_info") {
    SessionDriver driver;
    const std::string asked = driver.session.info(driver.now);
    driver.receive(adapted(golden_message("server_info"), driver, asked));
    const auto info = driver.event<ServerInfo>();
    CHECK(info.name == "Janus WebRTC Server");
    CHECK(info.version == 1102);
    CHECK(info.version_string == "1.1.2");
    CHECK(info.plugins.at("janus.plugin.sip") == "0.0.8");
    CHECK(info.json.find("\"session-timeout\":6") != std::string::npos);
    CHECK(driver.event<Replied>().verb == Verb::info);
}

TEST_CASE("recorded replies") {
    SessionDriver driver;
    const std::string created = driver.session.create(driver.now);
    driver.receive(adapted(golden_message("success_create"), driver, created));
    const auto replied = driver.event<Replied>();
    REQUIRE(replied.id.has_value());
    CHECK(driver.session.session_id() == *replied.id);
    driver.session_id = *replied.id;
    const std::string refused = driver.session.attach(driver.now, "janus.plugin.nosuch");
    driver.receive(adapted(golden_message("error_460_no_such_plugin"), driver, refused));
    const auto rejected = driver.event<RequestRejected>();
    CHECK(rejected.code == 460);
    CHECK(rejected.reason == "No such plugin 'janus.plugin.nosuch'");
    const std::string attached = driver.session.attach(driver.now, "janus.plugin.sip");
    driver.receive(adapted(golden_message("success_attach"), driver, attached));
    driver.handle_id = driver.event<Replied>().id.value();
    const auto acknowledged = [&](const char* recording, const std::string& transaction) {
        driver.receive(adapted(golden_message(recording), driver, transaction));
        driver.event<Acknowledged>();
    };
    acknowledged("ack_keepalive", driver.session.keepalive(driver.now));
    acknowledged("ack_message", driver.session.message(driver.now, driver.handle_id, "{}"));
    acknowledged("ack_trickle", driver.session.trickle_completed(driver.now, driver.handle_id));
    const auto succeeded = [&](const char* recording, const std::string& transaction) {
        driver.receive(adapted(golden_message(recording), driver, transaction));
        driver.event<Replied>();
    };
    succeeded("pong", driver.session.ping(driver.now));
    succeeded("success_hangup", driver.session.hangup(driver.now, driver.handle_id));
    succeeded("success_detach", driver.session.detach(driver.now, driver.handle_id));
    driver.receive(adapted(golden_message("core_detached"), driver, ""));
    CHECK(driver.event<Detached>().handle_id == driver.handle_id);
    succeeded("success_destroy", driver.session.destroy(driver.now));
    CHECK(driver.session.state() == Session::State::closed);
}

TEST_CASE("recorded errors of the core") {
    SessionDriver driver;
    driver.open();
    driver.receive(golden_message("error_454_without_transaction"));
    const Error error = driver.event<ProtocolError>().error;
    CHECK(error.code == "janus_error_without_transaction");
    CHECK(error.message.starts_with("454 "));
    const std::string sent = driver.session.keepalive(driver.now);
    driver.receive(adapted(golden_message("error_458_no_such_session"), driver, sent));
    CHECK(driver.event<RequestRejected>().code == 458);
    CHECK(driver.event<SessionTimedOut>().how.code == "janus_no_such_session");
}

TEST_CASE("recorded poll with several events") {
    SessionDriver driver;
    driver.open();
    const std::string sent = driver.session.message(driver.now, driver.handle_id, "{}");
    driver.receive(adapted(golden_message("poll_array_calling_hangup"), driver, sent));
    CHECK(parse_sip_event(driver.event<PluginEvent>().data)->name == "calling");
    const auto hangup = parse_sip_event(driver.event<PluginEvent>().data);
    REQUIRE(hangup.ok());
    CHECK(hangup->name == "hangup");
    CHECK(hangup->code == 503);
    CHECK(hangup->reason == "Service Unavailable");
    CHECK(driver.event<HungUp>().reason == "Close PC");
    driver.no_event();
}

TEST_CASE("recorded session time-out in a poll") {
    SessionDriver driver;
    driver.open();
    driver.receive(adapted(golden_message("poll_array_session_timeout"), driver, ""));
    CHECK(driver.event<SessionTimedOut>().how.code == "janus_timeout_event");
}

TEST_CASE("recorded registration and errors of the SIP plugin") {
    const SipEvent registered = recorded_sip_event("event_registered");
    CHECK(registered.name == "registered");
    CHECK(registered.username == "alice");
    CHECK(registered.register_sent == false);
    CHECK(registered.master_id.value_or(0) > 0);
    const SipEvent state = recorded_sip_event("event_error_447");
    CHECK(state.name == "error");
    CHECK(state.error_code == 447);
    CHECK(state.error == "Wrong state (register first)");
    CHECK(recorded_sip_event("event_error_443").error_code == 443);
}

TEST_CASE("recorded outgoing call") {
    const SipEvent calling = recorded_sip_event("event_calling");
    CHECK(calling.name == "calling");
    CHECK(calling.call_id.value_or("").size() == 23);
    CHECK(recorded_sip_event("event_ringing").name == "ringing");
    CHECK(recorded_sip_event("event_proceeding").code == 180);
    const PluginEvent accepted = recorded_event("event_accepted");
    CHECK(parse_sip_event(accepted.data)->username == "sip:bob@10.99.0.1:5066");
    REQUIRE(accepted.jsep.has_value());
    CHECK(accepted.jsep->type == "answer");
    CHECK(accepted.jsep->sdp.starts_with("v=0\r\n"));
    CHECK(accepted.jsep->sdp.find("a=candidate:") != std::string::npos);
    CHECK(recorded_sip_event("event_hangingup").name == "hangingup");
    const SipEvent hangup = recorded_sip_event("event_hangup");
    CHECK(hangup.code == 200);
    CHECK(hangup.reason == "to BYE");
}

TEST_CASE("recorded incoming call, declined") {
    const PluginEvent incoming = recorded_event("event_incomingcall");
    CHECK_FALSE(incoming.transaction.has_value());
    REQUIRE(incoming.jsep.has_value());
    CHECK(incoming.jsep->type == "offer");
    const auto event = parse_sip_event(incoming.data);
    REQUIRE(event.ok());
    CHECK(event->name == "incomingcall");
    CHECK(event->username.value_or("").starts_with("sip:sipp@10.99.0.1"));
    CHECK(event->displayname == "sipp");  // as SIPp sent it, without quotes
    CHECK(event->call_id.has_value());
    CHECK(recorded_sip_event("event_declining").code == 603);
}
