#pragma once

#include <string>

#include "core/result.h"
#include "core/socket_address.h"
#include "core/time.h"

namespace janus_harness::testbed {

// The body of what the server answers to "GET path", with a plain blocking socket; at most `limit`
// for each of connecting, sending and receiving. Error "probe_failed".
Result<std::string> http_get(const SocketAddress& server, const std::string& path, Duration limit);

// The first datagram that comes back from `server` for `request`. Error "probe_failed".
Result<std::string> udp_exchange(const SocketAddress& server, const std::string& request,
                                 Duration limit);

}  // namespace janus_harness::testbed
