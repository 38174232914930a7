#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/socket_address.h"
#include "core/time.h"
#include "sip/digest.h"

namespace janus_harness::sip {

// Round-trip estimates of RFC 3261 17.1.1.1; every transaction timer derives from them.
struct TimerValues {
    Duration t1 = std::chrono::milliseconds(500);  // round-trip time estimate
    Duration t2 = std::chrono::seconds(4);         // ceiling of non-INVITE and 2xx retransmissions
    Duration t4 = std::chrono::seconds(5);         // how long a message stays in the network
};

struct EndpointConfig {
    // Put into Via, Contact and Record-Route: must be what the peers can reach, never 0.0.0.0.
    SocketAddress local;
    // Host name accepted as ours besides the address above; domain of our phones' From.
    std::string domain;
    std::string user_agent = "janus-harness";
    TimerValues timers;

    bool registrar = true;     // answer REGISTER for our domain (405 otherwise)
    bool forward = true;       // pass requests on to registered contacts and along Route
    bool record_route = true;  // stay in the dialogs that are forwarded
    // A call to any user that is neither a phone nor an account is taken as a phone's, whatever
    // host name the request-URI has: for a listening far end to which a foreign proxy routes.
    bool accept_any_user = false;

    std::string realm;  // of the registrar's challenges; the domain when empty
    // The challenges of a 401 in the order sent; RFC 8760 2.3 wants the strongest first.
    // Janus 1.1.2 (Sofia-SIP 1.13) takes MD5 alone: at a 401 with any SHA-256 challenge, in any
    // order, it stops without an event.
    std::vector<DigestAlgorithm> digest_algorithms = {DigestAlgorithm::md5};
    Duration nonce_lifetime = std::chrono::minutes(5);
    // Longest binding granted; a request for more is shortened (RFC 3261 10.3 step 7).
    Duration max_expires = std::chrono::hours(1);

    // Seeds tags, branches, Call-IDs and nonces. Two endpoints of one run need different seeds.
    std::uint64_t seed = 1;
    // Report every message as a MessageTrace event, with digest responses masked.
    bool trace = false;
};

}  // namespace janus_harness::sip
