#pragma once

#include "sip/transaction.h"

namespace janus_harness::sip {

// RFC 3261 17.2.1, figure 7, over UDP, with the Accepted state of RFC 6026 figure 7:
//
//   state      | INVITE again     | ACK                         | user responds        | timer
//   Proceeding | last provisional |                             | 1xx: send            |
//              |                  |                             | 2xx: send, Accepted  |
//              |                  |                             | else send, Completed |
//   Completed  | final again      | acknowledged, Confirmed     |                      | G: final
//   again
//              |                  |                             |                      | H: tell
//              user, |                  |                             |                      |
//              Terminated
//   Confirmed  |                  |                             |                      | I:
//   Terminated Accepted   |                  | pass                        | 2xx: send            |
//   L: Terminated
//
// G starts at T1, doubles up to T2; H and L are 64*T1, I is T4. Retransmitting the 2xx is the
// user's (13.3.1.4).
class InviteServerTransaction final : public ServerTransaction {
  public:
    enum class State { proceeding, completed, confirmed, accepted, terminated };

    InviteServerTransaction(SocketAddress destination, const TimerValues& timers)
        : destination_(destination), timers_(timers) {}

    RequestDelivery handle_request(TimePoint now, const Message& request,
                                   Transmitter& out) override;
    void respond(TimePoint now, const Message& response, Transmitter& out) override;
    bool handle_timeout(TimePoint now, Transmitter& out) override;
    std::optional<TimePoint> next_timeout() const override;
    bool terminated() const override { return state_ == State::terminated; }
    State state() const { return state_; }

  private:
    RequestDelivery handle_ack(TimePoint now);
    void respond_first(TimePoint now, const Message& response);

    SocketAddress destination_;
    TimerValues timers_;
    State state_ = State::proceeding;
    std::string last_response_;
    RetransmitTimer timer_g_;
    std::optional<TimePoint> end_;  // timers H, I and L
    Counted counted_ = count_transaction();
};

}  // namespace janus_harness::sip
