#include "harness/actors/far_end.h"

#include <fmt/format.h>

namespace janus_harness::actors {
namespace {

sip::EndpointConfig endpoint_config(const deployment::Deployment& deployment,
                                    const SocketAddress& local, std::uint64_t seed) {
    const bool own_registrar = deployment.far_end == scenario::FarEndMode::builtin;
    sip::EndpointConfig config;
    config.local = local;
    config.domain = own_registrar ? local.ip() : deployment.sip_domain;
    config.registrar = own_registrar;
    config.forward = own_registrar;
    config.record_route = deployment.record_route;
    config.accept_any_user = deployment.far_end == scenario::FarEndMode::listen;
    config.realm = local.ip();
    // RFC 8760 2.3: the strongest first. A peer that knows only MD5 passes over SHA-256.
    if (deployment.digest == scenario::DigestAlgorithm::sha256) {
        config.digest_algorithms = {sip::DigestAlgorithm::sha256, sip::DigestAlgorithm::md5};
    }
    config.seed = seed;
    return config;
}

// "alice" of "sip:alice@example.org;x=y" or "<sip:alice@…>"; empty when there is no user part.
std::string user_of(const std::string& uri) {
    const std::size_t scheme = uri.find(':');
    const std::size_t at = uri.find('@');
    if (scheme == std::string::npos || at == std::string::npos || at < scheme) return {};
    return uri.substr(scheme + 1, at - scheme - 1);
}

// The call an event belongs to; none for events of the registrar.
sip::CallKey key_of(const sip::Event& event) {
    return std::visit(
        [](const auto& content) {
            if constexpr (requires { content.key; }) {
                return content.key;
            } else {
                return sip::CallKey{};
            }
        },
        event);
}

bool ends_call(const sip::Event& event) {
    return std::holds_alternative<sip::CallCancelled>(event) ||
           std::holds_alternative<sip::CallRejected>(event) ||
           std::holds_alternative<sip::CallEnded>(event) ||
           std::holds_alternative<sip::HangupCompleted>(event) ||
           std::holds_alternative<sip::CallFailed>(event);
}

}  // namespace

Result<std::unique_ptr<FarEnd>> FarEnd::create(net::Loop& loop,
                                               const deployment::Deployment& deployment,
                                               const SocketAddress& local, std::uint64_t seed) {
    auto far_end = std::make_unique<FarEnd>(loop, deployment);
    auto socket =
        net::UdpSocket::bind(loop, local,
                             [raw = far_end.get()](TimePoint now, const SocketAddress& remote,
                                                   std::span<std::uint8_t> bytes) {
                                 raw->endpoint_->handle_datagram(now, remote, bytes);
                                 raw->flush(now);
                             });
    if (!socket) return socket.error();
    far_end->socket_ = std::move(socket).value();
    far_end->endpoint_ = std::make_unique<sip::Endpoint>(
        endpoint_config(deployment, far_end->socket_->local_address(), seed));
    if (deployment.far_end == scenario::FarEndMode::builtin) {
        for (const auto& account : deployment.accounts) {
            far_end->endpoint_->add_account({account.username, account.authuser, account.secret});
        }
    }
    return far_end;
}

FarEnd::FarEnd(net::Loop& loop, const deployment::Deployment& deployment)
    : loop_(loop), deployment_(deployment), timer_(loop, [this](TimePoint now) {
          endpoint_->handle_timeout(now);
          flush(now);
      }) {}

FarEnd::~FarEnd() = default;

std::string FarEnd::domain() const {
    if (deployment_.far_end != scenario::FarEndMode::builtin) return deployment_.sip_domain;
    return address().to_string();
}

void FarEnd::add_phone(const std::string& user, const std::string& caller,
                       PhoneListener& listener) {
    phones_[user] = &listener;
    if (!caller.empty()) callers_[caller] = &listener;
    endpoint_->add_phone(user);
}

void FarEnd::remove_phone(const std::string& user, const std::string& caller) {
    if (const auto phone = phones_.find(user); phone != phones_.end()) {
        std::erase_if(calls_, [&](const auto& call) { return call.second == phone->second; });
        phones_.erase(phone);
    }
    callers_.erase(caller);
    // A registered phone stays one: the next client that uses it finds it registered.
    if (!registered_.contains(user)) endpoint_->remove_phone(user);
}

void FarEnd::register_phone(TimePoint now, const deployment::AccountRow& account) {
    sip::PhoneRegistration registration;
    registration.user = account.username;
    registration.registrar = deployment_.phone_proxy.value_or(SocketAddress());
    registration.domain = deployment_.sip_domain;
    registration.credentials = sip::Credentials{account.authuser, account.secret};
    endpoint_->register_phone(now, std::move(registration));
    flush(now);
}

void FarEnd::unregister_phones(TimePoint now) {
    for (const std::string& user : registered_) endpoint_->unregister_phone(now, user);
    flush(now);
}

sip::CallKey FarEnd::call(TimePoint now, sip::OutgoingCall call, PhoneListener& listener) {
    const sip::CallKey key = endpoint_->call(now, std::move(call));
    calls_[key] = &listener;
    flush(now);
    return key;
}

void FarEnd::refuse_call(TimePoint now, sip::CallKey key, int code) {
    calls_.erase(key);
    endpoint_->reject(now, key, code);
    flush(now);
}

void FarEnd::forget_call(TimePoint now, sip::CallKey key) {
    if (calls_.erase(key) == 0) return;
    endpoint_->hangup(now, key);
    flush(now);
}

void FarEnd::flush(TimePoint now) {
    // A listener that answers an event comes back here: the outer turn goes on draining.
    if (draining_) return;
    draining_ = true;
    drain(now);
    draining_ = false;
    if (const auto due = endpoint_->next_timeout()) {
        timer_.start_at(*due);
    } else {
        timer_.stop();
    }
}

void FarEnd::drain(TimePoint) {
    for (;;) {
        while (const auto datagram = endpoint_->poll_transmit()) {
            socket_->send_now(datagram->remote, datagram->bytes);
        }
        const auto event = endpoint_->poll_event();
        if (!event) return;
        dispatch(*event);
    }
}

void FarEnd::dispatch(const sip::Event& event) {
    if (handle_registration(event)) return;
    PhoneListener* listener = listener_of(event);
    if (ends_call(event)) calls_.erase(key_of(event));
    if (listener != nullptr) listener->on_sip_event(event);
}

bool FarEnd::handle_registration(const sip::Event& event) {
    if (const auto* registered = std::get_if<sip::PhoneRegistered>(&event)) {
        registered_.insert(registered->user);
        return true;
    }
    if (const auto* gone = std::get_if<sip::PhoneUnregistered>(&event)) {
        registered_.erase(gone->user);
        return true;
    }
    const auto* failed = std::get_if<sip::PhoneRegistrationFailed>(&event);
    if (failed == nullptr) return false;
    registered_.erase(failed->user);
    if (!failure_) {
        failure_ = run::Failure{
            fmt::format("registration_failed_{}", failed->code),
            fmt::format("the far end's phone {} could not register at {}: {} {}", failed->user,
                        deployment_.phone_proxy.value_or(SocketAddress()).to_string(), failed->code,
                        failed->reason)};
    }
    return true;
}

PhoneListener* FarEnd::listener_of(const sip::Event& event) {
    if (const auto* received = std::get_if<sip::CallReceived>(&event)) return claim(*received);
    const auto call = calls_.find(key_of(event));
    return call == calls_.end() ? nullptr : call->second;
}

PhoneListener* FarEnd::claim(const sip::CallReceived& call) {
    PhoneListener* listener = nullptr;
    if (const auto phone = phones_.find(call.user); phone != phones_.end()) {
        listener = phone->second;
    } else if (const auto caller = callers_.find(user_of(call.from)); caller != callers_.end()) {
        listener = caller->second;
    }
    if (listener == nullptr) {
        endpoint_->reject(call.at, call.key, registered_.contains(call.user) ? 480 : 404);
        return nullptr;
    }
    calls_[call.key] = listener;
    return listener;
}

}  // namespace janus_harness::actors
