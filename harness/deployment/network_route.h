#pragma once

#include <string>
#include <string_view>

#include "core/result.h"
#include "core/socket_address.h"

namespace janus_harness::deployment {

// "sip:example.org:5070", "example.org:5070", "https://example.org/janus" or a bare host: the host
// and its port, `default_port` where none is written. The host is resolved by the system, IPv4
// first; this blocks, and so belongs before a run. Errors "bad_address", "unknown_host".
Result<SocketAddress> resolve_host(std::string_view text, std::uint16_t default_port);

// Our address on the way to `remote`, port 0. A loopback address is replaced by that of the first
// other interface where there is one, because Janus offers no candidate on loopback. Error
// "no_route".
Result<SocketAddress> local_address_towards(const SocketAddress& remote);

}  // namespace janus_harness::deployment
