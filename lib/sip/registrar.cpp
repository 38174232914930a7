#include "sip/registrar.h"

#include <algorithm>

#include "core/text.h"

namespace janus_harness::sip {
namespace {

constexpr std::uint32_t default_expires = 3600;    // RFC 3261 10.2.1.1
constexpr std::size_t max_bindings_per_user = 64;  // the oldest goes first

std::uint32_t requested_expires(const NameAddr& contact, const Message& request) {
    const auto value = parse_unsigned(parameter_value(contact.parameters, "expires"));
    if (value) return static_cast<std::uint32_t>(std::min<std::uint64_t>(*value, UINT32_MAX));
    return request.expires.value_or(default_expires);
}

std::int64_t whole_seconds(Duration duration) {
    return std::chrono::ceil<std::chrono::seconds>(duration).count();
}

}  // namespace

void Registrar::add_account(Account account) {
    if (account.authuser.empty()) account.authuser = account.username;
    auto [known, added] = id_by_name_.try_emplace(account.username, last_id_ + 1);
    if (added) ++last_id_;
    users_[known->second].account = std::move(account);
}

void Registrar::remove_account(const std::string& username) {
    const auto known = id_by_name_.find(username);
    if (known == id_by_name_.end()) return;
    timers_.set(known->second, std::nullopt);
    users_.erase(known->second);
    id_by_name_.erase(known);
}

void Registrar::set_fault(const std::string& username, std::optional<RegistrationFault> fault) {
    if (fault) {
        faults_[username] = *fault;
    } else {
        faults_.erase(username);
    }
}

Registrar::User* Registrar::find(const std::string& username) {
    const auto known = id_by_name_.find(username);
    return known == id_by_name_.end() ? nullptr : &users_.at(known->second);
}

const Binding* Registrar::lookup(const std::string& username) const {
    const auto known = id_by_name_.find(username);
    if (known == id_by_name_.end()) return nullptr;
    const auto& bindings = users_.at(known->second).bindings;
    return bindings.empty() ? nullptr : &bindings.back();
}

void Registrar::refuse(TimePoint now, const std::string& username, const Message& request,
                       int status) {
    transactions_.reply(now, request, make_response(request, status, random_.token(12)));
    out_.push(RegistrationRejected{now, username, status});
}

void Registrar::handle_register(TimePoint now, const SocketAddress& remote,
                                const Message& request) {
    const std::string& username = request.to.uri.user;
    if (apply_fault(now, username, request)) return;
    User* user = find(username);
    if (user == nullptr) return refuse(now, username, request, 404);
    if (!authenticate(now, *user, request)) return;
    const int status = validate(*user, request);
    if (status != 200) return refuse(now, username, request, status);
    update(now, remote, *user, request);
    confirm(now, *user, request);
}

bool Registrar::apply_fault(TimePoint now, const std::string& username, const Message& request) {
    const auto fault = faults_.find(username);
    if (fault == faults_.end()) return false;
    if (fault->second.code == 0) {
        // Without a transaction, which would wait for an answer for ever.
        out_.push(RegistrationRejected{now, username, 0});
    } else {
        refuse(now, username, request, fault->second.code);
    }
    return true;
}

bool Registrar::authenticate(TimePoint now, const User& user, const Message& request) {
    using Verdict = ServerAuthentication::Verdict;
    const auto verdict =
        authentication_.check(now, request, {user.account.authuser, user.account.secret});
    if (verdict == Verdict::accepted) return true;
    Message response = make_response(request, 401, random_.token(12));
    authentication_.challenge(now, response, verdict == Verdict::stale);
    transactions_.reply(now, request, response);
    if (verdict == Verdict::wrong) {
        out_.push(RegistrationRejected{now, user.account.username, 401});
    }
    return false;
}

int Registrar::validate(const User& user, const Message& request) const {
    if (request.contact_wildcard && (!request.contacts.empty() || request.expires != 0U))
        return 400;
    for (const auto& binding : user.bindings) {
        if (binding.call_id == request.call_id && request.cseq.number <= binding.cseq) return 500;
    }
    return 200;
}

Duration Registrar::granted(const NameAddr& contact, const Message& request) const {
    const Duration wanted = std::chrono::seconds(requested_expires(contact, request));
    return std::min(wanted, config_.max_expires);
}

void Registrar::update(TimePoint now, const SocketAddress& remote, User& user,
                       const Message& request) {
    const bool was_bound = !user.bindings.empty();
    if (request.contact_wildcard) user.bindings.clear();
    for (const auto& contact : request.contacts)
        update_contact(now, remote, user, contact, request);
    if (was_bound && user.bindings.empty()) {
        out_.push(AccountUnregistered{now, user.account.username, false});
    }
    rearm(user);
}

void Registrar::update_contact(TimePoint now, const SocketAddress& remote, User& user,
                               const NameAddr& contact, const Message& request) {
    std::erase_if(user.bindings, [&](const Binding& binding) {
        return binding.contact.uri.same_target(contact.uri);
    });
    const Duration lifetime = granted(contact, request);
    if (lifetime <= Duration::zero()) return;
    if (user.bindings.size() >= max_bindings_per_user) user.bindings.erase(user.bindings.begin());
    user.bindings.push_back(
        {contact, remote, now + lifetime, request.call_id, request.cseq.number});
    out_.push(AccountRegistered{now, user.account.username, contact.uri.to_string(), lifetime});
}

void Registrar::rearm(const User& user) {
    std::optional<TimePoint> first;
    for (const auto& binding : user.bindings) first = earliest(first, binding.expires);
    timers_.set(id_by_name_.at(user.account.username), first);
}

// 10.3 step 8: all current bindings with what is left of them.
void Registrar::confirm(TimePoint now, const User& user, const Message& request) {
    Message response = make_response(request, 200, random_.token(12));
    for (const auto& binding : user.bindings) {
        NameAddr contact = binding.contact;
        set_parameter(contact.parameters, "expires",
                      std::to_string(whole_seconds(binding.expires - now)));
        response.contacts.push_back(std::move(contact));
    }
    response.add_header("Server", config_.user_agent);
    transactions_.reply(now, request, response);
}

void Registrar::handle_timeout(TimePoint now) {
    while (const auto id = timers_.pop_due(now)) {
        User& user = users_.at(*id);
        std::erase_if(user.bindings,
                      [&](const Binding& binding) { return binding.expires <= now; });
        rearm(user);
        if (user.bindings.empty()) {
            out_.push(AccountUnregistered{now, user.account.username, true});
        }
    }
}

}  // namespace janus_harness::sip
