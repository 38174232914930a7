#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"

namespace janus_harness::testbed {

struct PortRange {
    std::uint16_t first = 0;
    std::uint16_t last = 0;  // inclusive
};

// One line of one of Janus's configuration files, added to the generated one or replacing the line
// with that key. `value` is written as it stands: strings need their quotes.
struct JanusSetting {
    std::string file;     // "janus", "sip", "http" or "websockets"
    std::string section;  // "general", "media", "nat", ...
    std::string key;
    std::string value;
};

// "sip.general.register_ttl=60", as --janus-config takes it; a value that is neither a number nor
// true or false nor quoted is quoted. Error "bad_janus_setting".
Result<JanusSetting> parse_janus_setting(std::string_view text);

struct JanusOptions {
    std::string binary = "janus";       // a name in PATH, or a path
    std::string address = "10.99.0.1";  // the only address used, for every protocol
    std::string run_folder = ".";       // janus.log is written here
    std::string configuration_folder;   // empty: a new one in the scratch folder
    std::uint16_t http_port = 8088;
    std::uint16_t websocket_port = 8188;
    std::uint16_t admin_port = 7088;
    std::string admin_secret = "janusoverlord";
    std::string api_secret;   // empty: none asked for
    bool token_auth = false;  // tokens are managed through the admin API
    // PEM files; with both, https is served on https_port and wss on secure_websocket_port too.
    std::string certificate_file;
    std::string key_file;
    std::uint16_t https_port = 8089;
    std::uint16_t secure_websocket_port = 8989;
    // Clear of the kernel's ephemeral ports (32768-60999), so that nothing else takes them.
    PortRange sip_rtp_ports{10000, 20999};
    PortRange webrtc_rtp_ports{21000, 32767};
    int event_loops = 0;  // 0: a thread a handle, Janus's default
    bool full_trickle = false;
    int debug_level = 4;  // 0 to 7
    // Where Janus needs all CPU there is, it and not the harness beside it goes short of it first.
    int niceness = 10;
    std::vector<JanusSetting> settings;  // last word on everything above
};

struct ConfigurationFile {
    std::string name;  // "janus.jcfg"
    std::string text;
};

// The whole configuration folder of a Janus that has only the SIP plugin and the HTTP and WebSocket
// transports. Error "bad_janus_setting" for a setting of an unknown file.
Result<std::vector<ConfigurationFile>> janus_configuration(const JanusOptions& options);

// Where that Janus listens: "http://10.99.0.1:8088/janus", "ws://10.99.0.1:8188" and
// "http://10.99.0.1:7088/admin".
std::string janus_http_url(const JanusOptions& options);
std::string janus_ws_url(const JanusOptions& options);
std::string janus_admin_url(const JanusOptions& options);

}  // namespace janus_harness::testbed
