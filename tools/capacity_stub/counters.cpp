#include "tools/capacity_stub/counters.h"

#include <fmt/format.h>
#include <sys/resource.h>

namespace janus_harness::capacity_stub {
namespace {

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

std::string to_json(const Counters& counters) {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    std::string text = "{";
    const auto add = [&](std::string_view name, const auto& value) {
        text += fmt::format("{}\"{}\": {}", text.size() > 1 ? ", " : "", name, value);
    };
    add("sessions", counters.sessions);
    add("handles", counters.handles);
    add("calls", counters.calls);
    add("active_calls", counters.active_calls);
    add("connected_calls", counters.connected_calls);
    add("failed_calls", counters.failed_calls);
    add("api_messages", counters.api_messages);
    add("api_events", counters.api_events);
    add("rtp_received", counters.rtp_received);
    add("rtp_authenticated", counters.rtp_authenticated);
    add("rtp_reflected", counters.rtp_reflected);
    add("rtp_dropped_on_purpose", counters.rtp_dropped_on_purpose);
    add("rtcp_received", counters.rtcp_received);
    add("send_errors", counters.send_errors);
    add("receive_drops", counters.receive_drops);
    add("unknown_datagrams", counters.unknown_datagrams);
    add("stun_requests", counters.stun_requests);
    add("stalls", counters.stalls);
    add("longest_media_wait_ms", to_milliseconds(counters.longest_media_wait));
    add("media_rounds", counters.media_rounds);
    add("cpu_s", seconds(usage.ru_utime) + seconds(usage.ru_stime));
    add("cpu_user_s", seconds(usage.ru_utime));
    add("max_rss_bytes", usage.ru_maxrss * 1024);
    return text + "}";
}

}  // namespace janus_harness::capacity_stub
