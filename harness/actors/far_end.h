#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/result.h"
#include "harness/deployment/deployment.h"
#include "harness/run/actor_event.h"
#include "net/loop.h"
#include "net/timer.h"
#include "net/udp_socket.h"
#include "sip/endpoint.h"

namespace janus_harness::actors {

// Who is told what happens to a phone of the far end and to its calls.
class PhoneListener {
  public:
    virtual ~PhoneListener() = default;
    // CallKey of the event is the listener's call, or a new one (CallReceived).
    virtual void on_sip_event(const sip::Event& event) = 0;
};

// The SIP far end of one worker: one socket with registrar, forwarding proxy and all the phones of
// the worker's clients, so that both ends of a call are on one clock.
class FarEnd {
  public:
    // Bound to `local`. Errors of net::UdpSocket::bind. `loop` and `deployment` must outlive it.
    static Result<std::unique_ptr<FarEnd>> create(net::Loop& loop,
                                                  const deployment::Deployment& deployment,
                                                  const SocketAddress& local, std::uint64_t seed);
    FarEnd(net::Loop& loop, const deployment::Deployment& deployment);
    ~FarEnd();

    // Address that peers reach us at.
    const SocketAddress& address() const { return socket_->local_address(); }
    // Host part of our own registrar's addresses: "10.99.0.3:5060".
    std::string domain() const;

    // Events of calls to `user` go to `listener`, until remove_phone(). Calls from `caller` (user
    // part) go there too where the proxy in front of us calls one number for all (listen mode);
    // empty: none.
    void add_phone(const std::string& user, const std::string& caller, PhoneListener& listener);
    // No event goes to the phone's listener any more.
    void remove_phone(const std::string& user, const std::string& caller);
    // Registers a phone at the deployment's proxy and keeps it registered (mode "register").
    void register_phone(TimePoint now, const deployment::AccountRow& account);
    // Ends all registrations.
    void unregister_phones(TimePoint now);
    // How many of the registrations have succeeded, and how many are still up.
    std::size_t phones_registered() const { return registered_.size(); }
    // Of the first phone that could not register.
    const std::optional<run::Failure>& registration_failure() const { return failure_; }
    // A call of ours; its events go to `listener` until it ends or forget_call().
    sip::CallKey call(TimePoint now, sip::OutgoingCall call, PhoneListener& listener);
    // Refuses a call that was received just now; no further event of it goes to its listener.
    void refuse_call(TimePoint now, sip::CallKey key, int code);
    // No event of this call goes to its listener any more; if it is still up it is hung up.
    void forget_call(TimePoint now, sip::CallKey key);

    // Make the requests of a call here, then flush().
    sip::Endpoint& endpoint() { return *endpoint_; }
    // Sends what the endpoint has to send and hands out its events. Safe to call from a listener.
    void flush(TimePoint now);
    std::size_t open_dialogs() const { return endpoint_->open_dialogs(); }

  private:
    void drain(TimePoint now);
    void dispatch(const sip::Event& event);
    PhoneListener* listener_of(const sip::Event& event);
    PhoneListener* claim(const sip::CallReceived& call);
    bool handle_registration(const sip::Event& event);

    net::Loop& loop_;
    const deployment::Deployment& deployment_;
    std::unique_ptr<sip::Endpoint> endpoint_;
    std::unique_ptr<net::UdpSocket> socket_;
    net::Timer timer_;
    std::unordered_map<std::string, PhoneListener*> phones_;
    std::unordered_map<std::string, PhoneListener*> callers_;
    std::unordered_map<sip::CallKey, PhoneListener*> calls_;
    std::unordered_set<std::string> registered_;
    std::optional<run::Failure> failure_;
    bool draining_ = false;
};

}  // namespace janus_harness::actors
