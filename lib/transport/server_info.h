#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/result.h"
#include "janus/event.h"
#include "transport/janus_transport.h"

namespace janus_harness::transport {

// Asks a Janus who it is, over any transport. Destroying it cancels.
class ServerInfoRequest {
  public:
    virtual ~ServerInfoRequest() = default;
};

// `callback` comes once, never from within this call; it may destroy the request. Errors: those of
// the transport, "janus_url", "janus_request_timed_out", "janus_request_rejected",
// "janus_not_a_janus" (something else answers there).
std::unique_ptr<ServerInfoRequest> fetch_server_info(
    net::Loop& loop, net::HttpClient& client, const std::string& url,
    const JanusTransportOptions& options,
    std::function<void(TimePoint now, Result<janus::ServerInfo>)> callback);

}  // namespace janus_harness::transport
