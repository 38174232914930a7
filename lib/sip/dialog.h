#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/socket_address.h"
#include "sip/message.h"

namespace janus_harness::sip {

// The state of a dialog (RFC 3261 12), early or confirmed, seen from our end. Loose routing only.
struct Dialog {
    std::string call_id;
    NameAddr local;   // with our tag
    NameAddr remote;  // with the peer's tag once it is known
    Uri remote_target;
    std::vector<NameAddr> route_set;
    std::uint32_t local_cseq = 0;
    std::optional<std::uint32_t> remote_cseq;
    // Where the peer's last message came from: the next hop when the route or the target is a name.
    SocketAddress peer;

    // 12.2.1.1: the next request of this dialog; ACK takes the CSeq number that is given.
    Message make_request(std::string_view method);
    Message make_ack(std::uint32_t cseq) const;
    SocketAddress next_hop() const;
    // 12.2.2: false for a request older than the last; remembers its CSeq otherwise.
    bool accept_cseq(std::uint32_t number);
    // The target is refreshed by a re-INVITE or UPDATE and their 2xx.
    void refresh_target(const Message& message);
};

// 12.1.1: the callee's end of the dialog that an INVITE opens.
Dialog make_callee_dialog(const Message& invite, std::string local_tag, const SocketAddress& peer);
// 12.1.2: completes the caller's end from a response with a To tag.
void establish_caller_dialog(Dialog& dialog, const Message& response, const SocketAddress& peer);

}  // namespace janus_harness::sip
