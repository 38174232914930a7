#pragma once

#include "sip/transaction.h"

namespace janus_harness::sip {

// RFC 3261 17.1.1, figure 5, over UDP, with the Accepted state of RFC 6026 figure 8:
//
//   state      | 1xx              | 2xx            | 300-699               | timer
//   Calling    | pass, Proceeding | pass, Accepted | ACK, pass, Completed  | A: send again, A*2
//              |                  |                |                       | B: tell user,
//              Terminated
//   Proceeding | pass             | pass, Accepted | ACK, pass, Completed  |
//   Completed  |                  |                | ACK again             | D: Terminated
//   Accepted   |                  | pass           |                       | M: Terminated
//
// A starts at T1; B and M are 64*T1, D is 32 s (or 64*T1 when that is longer). The ACK of a 2xx is
// the transaction user's.
class InviteClientTransaction final : public ClientTransaction {
  public:
    enum class State { calling, proceeding, completed, accepted, terminated };

    InviteClientTransaction(const Message& request, SocketAddress destination,
                            const TimerValues& timers);

    void start(TimePoint now, Transmitter& out) override;
    bool handle_response(TimePoint now, const Message& response, Transmitter& out) override;
    bool handle_timeout(TimePoint now, Transmitter& out) override;
    std::optional<TimePoint> next_timeout() const override;
    bool terminated() const override { return state_ == State::terminated; }
    const Message* cancellable() const override { return frame_.get(); }
    State state() const { return state_; }

  private:
    bool handle_final(TimePoint now, const Message& response, Transmitter& out);
    void enter(State state, TimePoint end);

    std::unique_ptr<Message> frame_;  // for ACK and CANCEL; null after the final response
    std::string text_;                // until a response came
    std::string ack_;
    SocketAddress destination_;
    TimerValues timers_;
    State state_ = State::calling;
    RetransmitTimer timer_a_;
    std::optional<TimePoint> end_;  // timers B, D and M
    Counted counted_ = count_transaction();
};

// The ACK of a final response >= 300 (RFC 3261 17.1.1.3), and the frame of a CANCEL (9.1): same
// request-URI, top Via, From, Call-ID, CSeq number and Route as `invite`.
Message make_same_branch_request(const Message& invite, std::string_view method);

}  // namespace janus_harness::sip
