#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// The texts of what Janus answers and tells, in the shapes of Janus 1.1.2, without its indentation.
namespace janus_harness::capacity_stub {

// `text` as a JSON string, quotes included.
std::string json_quote(std::string_view text);

// In all of these a session id of 0 is left out.
std::string success_message(std::uint64_t session_id, std::string_view transaction);
std::string success_message(std::uint64_t session_id, std::string_view transaction,
                            std::uint64_t id);
std::string ack_message(std::uint64_t session_id, std::string_view transaction);
std::string pong_message(std::string_view transaction);
std::string server_info_message(std::string_view transaction, std::string_view address);
// An empty transaction is left out.
std::string error_message(std::uint64_t session_id, std::string_view transaction, int code,
                          std::string_view reason);

// "webrtcup", "detached", "hangup", "media": `members` is what stands besides the ids, as JSON
// text that begins with a comma, or nothing.
std::string core_event(std::string_view name, std::uint64_t session_id, std::uint64_t handle_id,
                       std::string_view members = {});

// An event of the SIP plugin. `data` is what stands in plugindata.data behind "sip": "event", as
// members of JSON text. An empty transaction or SDP is left out; the SDP is an answer.
struct SipEventText {
    std::uint64_t session_id = 0;
    std::uint64_t handle_id = 0;
    std::string_view transaction = {};
    std::string_view data = {};
    std::string_view sdp = {};
};
std::string sip_event(const SipEventText& event);

}  // namespace janus_harness::capacity_stub
