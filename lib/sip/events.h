#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/socket_address.h"
#include "core/time.h"
#include "sip/header.h"

namespace janus_harness::sip {

// Names a call of one endpoint; never used again. 0 names no call.
struct CallKey {
    std::uint64_t value = 0;
    explicit operator bool() const { return value != 0; }
    friend auto operator<=>(const CallKey&, const CallKey&) = default;
};

// Every event carries `at`: the receive time of the datagram that caused it, or the time of the
// timer. A call ends with exactly one of CallCancelled, CallRejected, CallEnded, HangupCompleted
// and CallFailed; after that its key is unknown and requests with it do nothing.

// A new INVITE for a phone of ours. 100 Trying has been sent; the harness decides the rest.
struct CallReceived {
    TimePoint at;
    CallKey key;
    std::string user;  // the phone: user part of the request-URI
    std::string from;  // URI
    std::string to;    // URI
    std::string call_id;
    std::string sdp;              // empty when the caller wants our offer
    std::vector<Header> headers;  // those that the SIP core does not handle itself
    SocketAddress remote;         // where the datagram came from
};
// The first ACK to our 2xx; `sdp` when it carries one (the answer to an offer of ours).
struct CallAcknowledged {
    TimePoint at;
    CallKey key;
    std::string sdp;
};
// The caller gave up before a final response; 200 and 487 have been sent. `reason` is the value of
// the Reason header (RFC 3326), empty without.
struct CallCancelled {
    TimePoint at;
    CallKey key;
    std::string reason;
};
// 101-199 to our INVITE; 100 too, as code 100.
struct CallProvisional {
    TimePoint at;
    CallKey key;
    int code = 0;
    std::string reason;
    std::string sdp;
};
// The first 2xx to our INVITE; the ACK has been sent.
struct CallAnswered {
    TimePoint at;
    CallKey key;
    std::string sdp;
};
// A final response >= 300 to our INVITE that credentials could not cure; the ACK has been sent.
struct CallRejected {
    TimePoint at;
    CallKey key;
    int code = 0;
    std::string reason;
};
enum class EndedBy {
    remote_bye,    // BYE received and answered 200
    local_reject,  // our final response >= 300 was acknowledged
};
struct CallEnded {
    TimePoint at;
    CallKey key;
    EndedBy by = EndedBy::remote_bye;
    std::string reason;  // value of the Reason header of a BYE, empty without
};
// hangup() is done: `code` is the final response to BYE (408 when none came within 64*T1), to the
// cancelled INVITE (487), or what was sent for a call that was not yet answered (480).
struct HangupCompleted {
    TimePoint at;
    CallKey key;
    int code = 0;
};
// `reason`: "timer_b" no response at all to our INVITE; "timer_h" no ACK to our final response (a
// BYE has been sent after a 2xx); "no_route" the next hop is not a numeric address.
struct CallFailed {
    TimePoint at;
    CallKey key;
    std::string reason;
};
// re-INVITE or UPDATE in a call, answered 200 with our last SDP. `sdp` is empty when it has none.
struct ReinviteReceived {
    TimePoint at;
    CallKey key;
    std::string method;
    std::string sdp;
};
// INFO or MESSAGE for a phone, answered 200. `key` is empty outside a call.
struct RequestReceived {
    TimePoint at;
    CallKey key;
    std::string user;
    std::string method;
    std::string content_type;
    std::string body;
};

// A phone of ours at somebody's registrar: after each accepted REGISTER, refreshes included.
struct PhoneRegistered {
    TimePoint at;
    std::string user;
    Duration expires{};  // as the registrar granted
};
struct PhoneUnregistered {
    TimePoint at;
    std::string user;
};
// `code` is the final response, 408 when none came, 0 when the registrar's address is unusable.
// No further attempt is made.
struct PhoneRegistrationFailed {
    TimePoint at;
    std::string user;
    int code = 0;
    std::string reason;
};

// A user at our registrar: after each accepted REGISTER, refreshes included.
struct AccountRegistered {
    TimePoint at;
    std::string username;
    std::string contact;  // URI
    Duration expires{};
};
// The last binding is gone: removed by the user, or run out (`expired`).
struct AccountUnregistered {
    TimePoint at;
    std::string username;
    bool expired = false;
};
// 404, 403, a planned fault (code 0: silence) or 401 after wrong credentials; a first challenge and
// a stale nonce are no rejections.
struct RegistrationRejected {
    TimePoint at;
    std::string username;
    int code = 0;
};

enum class Direction { sent, received };
// Only while EndpointConfig::trace is on. The `response` of Authorization is masked.
struct MessageTrace {
    TimePoint at;
    Direction direction = Direction::received;
    SocketAddress remote;
    std::string text;
};

using Event =
    std::variant<CallReceived, CallAcknowledged, CallCancelled, CallProvisional, CallAnswered,
                 CallRejected, CallEnded, HangupCompleted, CallFailed, ReinviteReceived,
                 RequestReceived, PhoneRegistered, PhoneUnregistered, PhoneRegistrationFailed,
                 AccountRegistered, AccountUnregistered, RegistrationRejected, MessageTrace>;

}  // namespace janus_harness::sip

template <>
struct std::hash<janus_harness::sip::CallKey> {
    std::size_t operator()(const janus_harness::sip::CallKey& key) const noexcept {
        return std::hash<std::uint64_t>{}(key.value);
    }
};
