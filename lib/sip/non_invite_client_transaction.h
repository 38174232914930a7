#pragma once

#include "sip/transaction.h"

namespace janus_harness::sip {

// RFC 3261 17.1.2, figure 6, over UDP:
//
//   state      | 1xx              | 200-699         | timer
//   Trying     | pass, Proceeding | pass, Completed | E: send again, min(E*2, T2)
//              |                  |                 | F: tell user, Terminated
//   Proceeding | pass             | pass, Completed | E: send again, T2; F: as above
//   Completed  |                  |                 | K: Terminated
//
// E starts at T1, F is 64*T1, K is T4.
class NonInviteClientTransaction final : public ClientTransaction {
  public:
    enum class State { trying, proceeding, completed, terminated };

    NonInviteClientTransaction(const Message& request, SocketAddress destination,
                               const TimerValues& timers)
        : text_(request.to_string()), destination_(destination), timers_(timers) {}

    void start(TimePoint now, Transmitter& out) override;
    bool handle_response(TimePoint now, const Message& response, Transmitter& out) override;
    bool handle_timeout(TimePoint now, Transmitter& out) override;
    std::optional<TimePoint> next_timeout() const override;
    bool terminated() const override { return state_ == State::terminated; }
    State state() const { return state_; }

  private:
    std::string text_;
    SocketAddress destination_;
    TimerValues timers_;
    State state_ = State::trying;
    RetransmitTimer timer_e_;
    std::optional<TimePoint> end_;  // timers F and K
    Counted counted_ = count_transaction();
};

}  // namespace janus_harness::sip
