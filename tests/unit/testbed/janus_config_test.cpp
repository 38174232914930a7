#include "harness/testbed/janus_config.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace janus_harness;
using namespace janus_harness::testbed;

namespace {

std::string text_of(const JanusOptions& options, const std::string& name) {
    const auto files = janus_configuration(options);
    REQUIRE(files.ok());
    for (const ConfigurationFile& file : files.value())
        if (file.name == name) return file.text;
    FAIL("no file ", name);
    return "";
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++found;
    return found;
}

}  // namespace

TEST_CASE("Janus uses one address for every protocol") {
    JanusOptions options;
    options.address = "192.0.2.7";
    const std::string core = text_of(options, "janus.jcfg");
    CHECK(contains(core, "    interface = \"192.0.2.7\"\n"));
    CHECK(contains(core, "    ice_enforce_list = \"192.0.2.7\"\n"));
    const std::string sip = text_of(options, "janus.plugin.sip.jcfg");
    CHECK(contains(sip, "    local_ip = \"192.0.2.7\"\n"));
    CHECK(contains(sip, "    local_media_ip = \"192.0.2.7\"\n"));
    const std::string http = text_of(options, "janus.transport.http.jcfg");
    CHECK(contains(http, "    ip = \"192.0.2.7\"\n"));
    CHECK(contains(http, "    admin_ip = \"192.0.2.7\"\n"));
    CHECK(contains(text_of(options, "janus.transport.websockets.jcfg"),
                   "    ws_ip = \"192.0.2.7\"\n"));
}

TEST_CASE("the SIP plugin and the HTTP and WebSocket transports are the only modules") {
    const std::string core = text_of({}, "janus.jcfg");
    CHECK(contains(core, "libjanus_echotest.so,"));
    CHECK(contains(core, "libjanus_pfunix.so,"));
    CHECK_FALSE(contains(core, "libjanus_sip.so"));
    CHECK_FALSE(contains(core, "libjanus_http.so"));
    CHECK_FALSE(contains(core, "libjanus_websockets.so"));
}

TEST_CASE("the log goes to the run's folder, uncoloured") {
    JanusOptions options;
    options.run_folder = "/runs/\"1\"";
    const std::string core = text_of(options, "janus.jcfg");
    CHECK(contains(core, "    log_to_file = \"/runs/\\\"1\\\"/janus.log\"\n"));
    CHECK(contains(core, "    debug_colors = false\n"));
    CHECK(contains(core, "    debug_level = 4\n"));
}

TEST_CASE("secrets and certificates are written only when given") {
    CHECK_FALSE(contains(text_of({}, "janus.jcfg"), "api_secret"));
    CHECK_FALSE(contains(text_of({}, "janus.transport.http.jcfg"), "cert_pem"));
    JanusOptions options;
    options.api_secret = "s3cret";
    options.certificate_file = "/c.pem";
    options.key_file = "/k.pem";
    CHECK(contains(text_of(options, "janus.jcfg"), "    api_secret = \"s3cret\"\n"));
    CHECK(contains(text_of(options, "janus.transport.http.jcfg"), "    https = true\n"));
    const std::string websockets = text_of(options, "janus.transport.websockets.jcfg");
    CHECK(contains(websockets, "    wss_port = 8989\n"));
    CHECK(contains(websockets, "    cert_key = \"/k.pem\"\n"));
}

TEST_CASE("the RTP port ranges overlap neither each other nor the ephemeral ports") {
    const JanusOptions options;
    CHECK(options.sip_rtp_ports.last < options.webrtc_rtp_ports.first);
    CHECK(options.webrtc_rtp_ports.last < 32768);
    CHECK(contains(text_of(options, "janus.plugin.sip.jcfg"), "\"10000-20999\""));
    CHECK(contains(text_of(options, "janus.jcfg"), "    rtp_port_range = \"21000-32767\"\n"));
}

TEST_CASE("a setting replaces a generated line or adds one") {
    JanusOptions options;
    options.settings = {{"janus", "general", "debug_level", "7"},
                        {"sip", "general", "register_ttl", "60"},
                        {"janus", "certificates", "dtls_mtu", "1000"}};
    const std::string core = text_of(options, "janus.jcfg");
    CHECK(contains(core, "    debug_level = 7\n"));
    CHECK(count(core, "debug_level") == 1);
    CHECK(contains(core, "certificates: {\n    dtls_mtu = 1000\n}\n"));
    CHECK(contains(text_of(options, "janus.plugin.sip.jcfg"), "    register_ttl = 60\n"));
}

TEST_CASE("a setting of an unknown file is an error") {
    JanusOptions options;
    options.settings = {{"echotest", "general", "events", "false"}};
    const auto files = janus_configuration(options);
    REQUIRE_FALSE(files.ok());
    CHECK(files.error().code == "bad_janus_setting");
}

TEST_CASE("a setting is read from the command line") {
    const auto number = parse_janus_setting("sip.general.register_ttl=60");
    REQUIRE(number.ok());
    CHECK(number->file == "sip");
    CHECK(number->section == "general");
    CHECK(number->key == "register_ttl");
    CHECK(number->value == "60");
    CHECK(parse_janus_setting("janus.nat.ice_lite=true")->value == "true");
    CHECK(parse_janus_setting("sip.general.user_agent=a \"b\"")->value == "\"a \\\"b\\\"\"");
    CHECK(parse_janus_setting("sip.general.user_agent=\"a\"")->value == "\"a\"");
    CHECK(parse_janus_setting("sip.general.sdp_ip=1.2.3.4")->value == "\"1.2.3.4\"");
}

TEST_CASE("a malformed setting is an error") {
    for (const char* text : {"", "=", "a.b=c", "a.b.c", "a.b.c.d=e", "a..c=d", ".b.c=d"}) {
        CAPTURE(text);
        const auto setting = parse_janus_setting(text);
        REQUIRE_FALSE(setting.ok());
        CHECK(setting.error().code == "bad_janus_setting");
    }
}
