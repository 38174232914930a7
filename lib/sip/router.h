#pragma once

#include <optional>

#include "sip/endpoint.h"
#include "sip/forwarder.h"
#include "sip/registrar.h"
#include "sip/registration_client.h"
#include "sip/transaction_layer.h"
#include "sip/user_agent.h"

namespace janus_harness::sip {

// The parts of an endpoint, and what belongs to which: responses by transaction, then by Via;
// requests by transaction, CANCEL by its INVITE, then by dialog, Route and request-URI.
class Router {
  public:
    explicit Router(EndpointConfig config)
        : config_(std::move(config)),
          random_(config_.seed),
          out_(config_.trace),
          transactions_(config_, random_.fork(1), out_),
          registrar_(config_, random_.fork(2), transactions_, out_),
          registrations_(config_, random_.fork(3), transactions_, out_),
          phones_(config_, random_.fork(4), transactions_, out_),
          forwarder_(config_, out_) {}

    void handle_datagram(TimePoint now, const SocketAddress& remote, ByteView bytes);
    void handle_timeout(TimePoint now);
    std::optional<TimePoint> next_timeout() const;
    CallKey call(TimePoint now, OutgoingCall call);
    void register_phone(TimePoint now, PhoneRegistration registration);

    Transmitter& out() { return out_; }
    TransactionLayer& transactions() { return transactions_; }
    Registrar& registrar() { return registrar_; }
    RegistrationClient& registrations() { return registrations_; }
    UserAgent& phones() { return phones_; }

  private:
    bool is_ours(const Uri& uri) const;
    void handle_response(TimePoint now, const SocketAddress& remote, const Message& response);
    void handle_request(TimePoint now, const SocketAddress& remote, Message request);
    void dispatch(TimePoint now, const SocketAddress& remote, Message request);
    void dispatch_ours(TimePoint now, const SocketAddress& remote, Message request);
    void dispatch_user(TimePoint now, const SocketAddress& remote, Message request);
    void forward(TimePoint now, Message request, std::optional<SocketAddress> destination);
    bool cancel_ours(TimePoint now, const Message& cancel);
    void refuse(TimePoint now, const Message& request, int status);
    void refuse_defective(TimePoint now, const Message& request);
    std::optional<RoutedCall> route(OutgoingCall call) const;

    EndpointConfig config_;  // first: the parts keep references to it and to one another
    Random random_;
    Transmitter out_;
    TransactionLayer transactions_;
    Registrar registrar_;
    RegistrationClient registrations_;
    UserAgent phones_;
    StatelessForwarder forwarder_;
};

}  // namespace janus_harness::sip
