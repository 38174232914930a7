#pragma once

#include "sip/transaction.h"

namespace janus_harness::sip {

// RFC 3261 17.2.2, figure 8, over UDP:
//
//   state      | request again    | user responds         | timer
//   Trying     |                  | 1xx: send, Proceeding |
//              |                  | else send, Completed  |
//   Proceeding | last provisional | as above              |
//   Completed  | final again      |                       | J: Terminated
//
// J is 64*T1.
class NonInviteServerTransaction final : public ServerTransaction {
  public:
    enum class State { trying, proceeding, completed, terminated };

    NonInviteServerTransaction(SocketAddress destination, const TimerValues& timers)
        : destination_(destination), timers_(timers) {}

    RequestDelivery handle_request(TimePoint now, const Message& request,
                                   Transmitter& out) override;
    void respond(TimePoint now, const Message& response, Transmitter& out) override;
    bool handle_timeout(TimePoint now, Transmitter& out) override;
    std::optional<TimePoint> next_timeout() const override { return timer_j_; }
    bool terminated() const override { return state_ == State::terminated; }
    State state() const { return state_; }

  private:
    SocketAddress destination_;
    TimerValues timers_;
    State state_ = State::trying;
    std::string last_response_;
    std::optional<TimePoint> timer_j_;
    Counted counted_ = count_transaction();
};

}  // namespace janus_harness::sip
