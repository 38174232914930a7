#include "tests/unit/janus/session_driver.h"

using namespace janus_harness;
using namespace janus_harness::janus;
using test::SessionDriver;

namespace {

// The code of the one ProtocolError that a message of Janus causes.
std::string code_for(SessionDriver& driver, std::string_view message) {
    driver.receive(message);
    const Error error = driver.event<ProtocolError>().error;
    driver.no_event();
    return error.code;
}

}  // namespace

TEST_CASE("messages that are no messages") {
    SessionDriver driver;
    driver.open();
    CHECK(code_for(driver, "") == "janus_json_syntax");
    CHECK(code_for(driver, "<html>") == "janus_json_syntax");
    CHECK(code_for(driver, R"({"janus":"ack")") == "janus_json_syntax");
    CHECK(code_for(driver, "{\"janus\":\"\xff\xfe\"}") == "janus_json_syntax");
    CHECK(code_for(driver, "17") == "janus_message_type");
    CHECK(code_for(driver, "[17]") == "janus_message_type");
    CHECK(code_for(driver, "{}") == "janus_missing_member");
    CHECK(code_for(driver, R"({"janus":1})") == "janus_message_type");
    CHECK(code_for(driver, R"({"janus":"sings"})") == "janus_unknown_message");
    CHECK(code_for(driver, std::string(100000, '[')) == "janus_json_depth");
    CHECK(code_for(driver, R"({"janus":"ack","session_id":5,"transaction":"t"})") ==
          "janus_foreign_session");
    CHECK(code_for(driver, R"({"janus":"error","error":{"code":454,"reason":"JSON error"}})") ==
          "janus_error_without_transaction");
    driver.receive("[]");
    driver.receive(R"({"janus":"keepalive"})");
    driver.receive(R"([{"janus":"keepalive"}])");
    driver.no_event();
}

TEST_CASE("wrong types and missing members are named") {
    SessionDriver driver;
    driver.open();
    driver.receive(R"({"janus":"ack","transaction":7})");
    Error error = driver.event<ProtocolError>().error;
    CHECK(error.code == "janus_message_type");
    CHECK(error.message.find("\"transaction\" is a number instead of a string") !=
          std::string::npos);
    const std::string sender = fmt::format("\"sender\":{}", driver.handle_id);
    driver.receive(R"({"janus":"event",)" + sender + R"(,"plugindata":{"plugin":"p"}})");
    error = driver.event<ProtocolError>().error;
    CHECK(error.code == "janus_missing_member");
    CHECK(error.message == "\"plugindata.data\" is missing");
    CHECK(code_for(driver, R"({"janus":"event","plugindata":{}})") == "janus_missing_member");
    CHECK(code_for(driver, R"({"janus":"webrtcup","sender":"x"})") == "janus_message_type");
    CHECK(code_for(driver, R"({"janus":"webrtcup","sender":-1})") == "janus_message_type");
    CHECK(code_for(driver, R"({"janus":"webrtcup","sender":1.5})") == "janus_message_type");
    CHECK(code_for(driver, R"({"janus":"media",)" + sender + R"(,"mid":"0","type":"audio"})") ==
          "janus_missing_member");
    // A broken JSEP is told before its event, which is passed on without it.
    driver.receive(R"({"janus":"event",)" + sender +
                   R"(,"plugindata":{"plugin":"p","data":{}},"jsep":{"type":"answer"}})");
    CHECK(driver.event<ProtocolError>().error.message == "\"jsep.sdp\" is missing");
    CHECK_FALSE(driver.event<PluginEvent>().jsep.has_value());
    CHECK(code_for(driver, R"({"janus":"server_info","transaction":"t","name":"n","version":1,)"
                           R"("version_string":"1","plugins":{"p":7}})") == "janus_message_type");
}

TEST_CASE("replies that fit nothing: unknown, duplicate, without the id they must have") {
    SessionDriver driver;
    driver.open();
    CHECK(code_for(driver, R"({"janus":"ack","transaction":"never made"})") ==
          "janus_unknown_transaction");
    const std::string sent = driver.session.message(driver.now, driver.handle_id, "{}");
    driver.reply(sent, "ack");
    driver.event<Acknowledged>();
    driver.reply(sent, "ack");
    CHECK(driver.event<ProtocolError>().error.code == "janus_duplicate_reply");
    const std::string attached = driver.session.attach(driver.now, "janus.plugin.sip");
    driver.reply(attached, "success");
    CHECK(driver.event<ProtocolError>().error.code == "janus_missing_member");
    CHECK(driver.session.is_open(attached));
    driver.no_event();
}

TEST_CASE("an event of a handle that is not ours is named and not passed on") {
    SessionDriver driver;
    driver.open();
    CHECK(
        code_for(driver, R"({"janus":"event","sender":5,"plugindata":{"plugin":"p","data":{}}})") ==
        "janus_unknown_handle");
    CHECK(code_for(driver, R"({"janus":"webrtcup","sender":5})") == "janus_unknown_handle");
}

TEST_CASE("an event with a transaction of somebody else is passed on and named") {
    SessionDriver driver;
    driver.open();
    driver.receive(fmt::format(R"({{"janus":"event","sender":{},"transaction":"theirs",)"
                               R"("plugindata":{{"plugin":"p","data":{{}}}}}})",
                               driver.handle_id));
    CHECK(driver.event<ProtocolError>().error.code == "janus_unknown_transaction");
    CHECK(driver.event<PluginEvent>().transaction == "theirs");
}

TEST_CASE("media, slowlink, webrtcup, hangup, ICE failure and trickle") {
    SessionDriver driver;
    driver.open();
    const auto receive = [&](std::string_view kind, std::string_view rest) {
        driver.receive(fmt::format(R"({{"janus":"{}","session_id":{},"sender":{}{}}})", kind,
                                   driver.session_id, driver.handle_id, rest));
    };
    receive("webrtcup", "");
    CHECK(driver.event<WebRtcUp>().handle_id == driver.handle_id);
    receive("media", R"(,"mid":"0","type":"audio","receiving":true)");
    const auto media = driver.event<Media>();
    CHECK(media.mid == "0");
    CHECK(media.type == "audio");
    CHECK(media.receiving);
    receive("slowlink", R"(,"media":"audio","mid":"0","uplink":true,"lost":12)");
    const auto slow = driver.event<SlowLink>();
    CHECK(slow.uplink);
    CHECK(slow.lost == 12);
    receive("hangup", R"(,"reason":"DTLS alert")");
    CHECK(driver.event<HungUp>().reason == "DTLS alert");
    receive("ice-failed", "");
    CHECK(driver.event<IceFailed>().handle_id == driver.handle_id);
    receive("trickle", R"(,"candidate":{"sdpMid":"0","sdpMLineIndex":0,"candidate":"c"})");
    const auto trickle = driver.event<TrickleReceived>();
    CHECK(trickle.candidate == "c");
    CHECK(trickle.sdp_mid == "0");
    CHECK_FALSE(trickle.completed);
    receive("trickle", R"(,"candidate":{"completed":true})");
    CHECK(driver.event<TrickleReceived>().completed);
    driver.no_event();
}

TEST_CASE("a plugin that answers synchronously gives the reply and its event") {
    SessionDriver driver;
    driver.open();
    const std::string sent = driver.session.message(driver.now, driver.handle_id, "{}");
    driver.reply(sent, "success",
                 fmt::format(R"(,"sender":{},"plugindata":{{"plugin":"p","data":{{"a":1}}}})",
                             driver.handle_id));
    CHECK(driver.event<Replied>().verb == Verb::message);
    CHECK(driver.event<PluginEvent>().data == R"({"a":1})");
}
