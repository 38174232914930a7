#include "sip/endpoint.h"

#include "sip/router.h"

namespace janus_harness::sip {

Endpoint::Endpoint(EndpointConfig config) : router_(std::make_unique<Router>(std::move(config))) {}
Endpoint::~Endpoint() = default;

void Endpoint::handle_datagram(TimePoint now, const SocketAddress& remote, ByteView bytes) {
    router_->handle_datagram(now, remote, bytes);
}
void Endpoint::handle_timeout(TimePoint now) {
    router_->handle_timeout(now);
}
std::optional<TimePoint> Endpoint::next_timeout() const {
    return router_->next_timeout();
}
std::optional<Datagram> Endpoint::poll_transmit() {
    return router_->out().poll_transmit();
}
std::optional<Event> Endpoint::poll_event() {
    return router_->out().poll_event();
}

void Endpoint::add_account(Account account) {
    router_->registrar().add_account(std::move(account));
}
void Endpoint::remove_account(const std::string& username) {
    router_->registrar().remove_account(username);
}
void Endpoint::set_registration_reply(const std::string& username,
                                      std::optional<RegistrationFault> fault) {
    router_->registrar().set_fault(username, fault);
}
std::string Endpoint::registered_contact(const std::string& username) const {
    const Binding* binding = router_->registrar().lookup(username);
    return binding == nullptr ? std::string() : binding->contact.uri.to_string();
}

void Endpoint::add_phone(std::string user) {
    router_->phones().add_phone(std::move(user));
}
void Endpoint::remove_phone(const std::string& user) {
    router_->phones().remove_phone(user);
}
CallKey Endpoint::call(TimePoint now, OutgoingCall call) {
    return router_->call(now, std::move(call));
}
void Endpoint::provisional(TimePoint now, CallKey key, int code, std::optional<std::string> sdp) {
    router_->phones().provisional(now, key, code, std::move(sdp));
}
void Endpoint::answer(TimePoint now, CallKey key, std::string sdp) {
    router_->phones().answer(now, key, std::move(sdp));
}
void Endpoint::reject(TimePoint now, CallKey key, int code, std::string reason) {
    router_->phones().reject(now, key, code, std::move(reason));
}
void Endpoint::hangup(TimePoint now, CallKey key) {
    router_->phones().hangup(now, key);
}
void Endpoint::set_local_sdp(CallKey key, std::string sdp) {
    router_->phones().set_local_sdp(key, std::move(sdp));
}

void Endpoint::register_phone(TimePoint now, PhoneRegistration registration) {
    router_->register_phone(now, std::move(registration));
}
void Endpoint::unregister_phone(TimePoint now, const std::string& user) {
    router_->registrations().stop(now, user);
}

std::size_t Endpoint::open_transactions() const {
    return router_->transactions().size();
}
std::size_t Endpoint::open_dialogs() const {
    return router_->phones().size();
}
const EndpointStats& Endpoint::stats() const {
    return router_->out().stats();
}

}  // namespace janus_harness::sip
