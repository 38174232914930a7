#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/balance.h"
#include "sip/client_authentication.h"
#include "sip/dialog.h"
#include "sip/events.h"
#include "sip/transaction_layer.h"

namespace janus_harness::sip {

// One call of a phone. The transitions are UserAgent's:
//
//   state        | meaning                                  | leaves by
//   inviting     | outgoing INVITE without final response   | 2xx: confirmed; >= 300, timer B: gone
//   cancelling   | as above, hangup() was called            | 2xx: BYE, hanging_up; else gone
//   ringing      | incoming INVITE without final response   | answer(), reject(), CANCEL, BYE
//   rejecting    | our final response >= 300 has no ACK yet | ACK, timer H: gone
//   answered     | our 2xx has no ACK yet                   | ACK: confirmed; 64*T1: BYE, gone
//   confirmed    | both ends agree                          | BYE: gone; hangup(): hanging_up
//   hanging_up   | our BYE has no final response yet        | response, timer F: gone
struct Call {
    enum class State { inviting, cancelling, ringing, rejecting, answered, confirmed, hanging_up };

    // A 2xx to an INVITE or re-INVITE that is retransmitted until its ACK (13.3.1.4).
    struct UnacknowledgedAnswer {
        TransactionId transaction = 0;
        Message response;
        RetransmitTimer retransmit;
        TimePoint deadline;
    };

    CallKey key;
    State state = State::inviting;
    std::string user;
    Dialog dialog;
    std::string local_sdp;
    // As received, or as last sent; null once nothing of it is needed any more: it was answered, or
    // its 2xx has our ACK.
    std::unique_ptr<Message> invite;
    std::uint32_t invite_cseq = 0;
    TransactionId invite_id = 0;  // its transaction
    TransactionId bye_id = 0;
    std::string merge_key;  // incoming only (8.2.2.2)

    std::unique_ptr<UnacknowledgedAnswer> unacknowledged;
    bool hangup_wanted = false;  // answered: BYE must wait for the ACK (RFC 3261 15)

    SocketAddress next_hop;  // outgoing: where the INVITE went
    ClientAuthentication authentication;
    bool provisional_received = false;
    bool cancel_sent = false;
    std::optional<TimePoint> cancel_deadline;  // 9.1: 64*T1 after the CANCEL
    std::string ack;                           // outgoing: repeated on every 2xx

    static Counted count() {
        static auto& live = Balance::counter("sip_call");
        return Counted(live);
    }
    Counted counted = count();
};

}  // namespace janus_harness::sip
