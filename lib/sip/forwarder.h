#pragma once

#include "sip/config.h"
#include "sip/message.h"
#include "sip/transmitter.h"

namespace janus_harness::sip {

// A stateless proxy (RFC 3261 16.11). The branch it adds is a hash of the branch it received, so
// that retransmissions, the CANCEL and the ACK of a final response >= 300 match at the next hop.
class StatelessForwarder {
  public:
    enum class Outcome { forwarded, too_many_hops };

    StatelessForwarder(const EndpointConfig& config, Transmitter& out)
        : config_(config), out_(out) {}

    // `request` has its request-URI and Route as they shall leave; goes to `destination`.
    Outcome forward_request(TimePoint now, Message request, const SocketAddress& destination);
    // False when the response did not come over a Via of ours, or has no other.
    bool forward_response(TimePoint now, Message response);

  private:
    const EndpointConfig& config_;
    Transmitter& out_;
};

}  // namespace janus_harness::sip
