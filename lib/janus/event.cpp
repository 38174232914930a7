#include "janus/event.h"

#include <array>

namespace janus_harness::janus {

std::string_view to_string(Verb verb) {
    constexpr std::array<std::string_view, 10> names = {"create", "attach", "message", "trickle",
                                                        "hangup", "detach", "destroy", "keepalive",
                                                        "info",   "ping"};
    return names[static_cast<std::size_t>(verb)];
}

TimePoint time_of(const Event& event) {
    return std::visit([](const auto& alternative) { return alternative.at; }, event);
}

std::string_view name_of(const Event& event) {
    // In the order of the variant.
    constexpr std::array<std::string_view, std::variant_size_v<Event>> names = {
        "replied",         "acknowledged", "request_rejected", "request_timed_out",
        "request_failed",  "plugin_event", "webrtcup",         "media",
        "slowlink",        "hangup",       "detached",         "session_timed_out",
        "connection_lost", "trickle",      "ice_failed",       "protocol_error",
        "server_info"};
    return names[event.index()];
}

}  // namespace janus_harness::janus
