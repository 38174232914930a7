#include "sip/registration_client.h"

#include <algorithm>

#include "core/text.h"

namespace janus_harness::sip {
namespace {

std::uint32_t whole_seconds(Duration duration) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(seconds, 1, 0x7fffffff));
}

// A minute before the end of long bindings, half-way through short ones: a lost REGISTER takes up
// to 64*T1 to be noticed.
Duration refresh_after(Duration expires) {
    return std::max(expires / 2, expires - std::chrono::minutes(1));
}

}  // namespace

void RegistrationClient::start(TimePoint now, PhoneRegistration registration) {
    if (const auto known = id_by_user_.find(registration.user); known != id_by_user_.end()) {
        remove(known->second);
    }
    const std::uint64_t id = ++last_id_;
    id_by_user_[registration.user] = id;
    Entry& entry = entries_[id];
    entry.authentication.set_credentials(registration.credentials);
    entry.wanted = std::move(registration);
    entry.call_id = random_.token(24);
    entry.tag = random_.token(12);
    if (entry.wanted.registrar.is_unspecified() || entry.wanted.registrar.port() == 0) {
        return fail(now, id, 0, "the registrar's address is unspecified");
    }
    send(now, id, entry);
}

void RegistrationClient::stop(TimePoint now, const std::string& user) {
    const auto known = id_by_user_.find(user);
    if (known == id_by_user_.end()) return;
    Entry& entry = entries_.at(known->second);
    if (entry.stopping) return;
    entry.stopping = true;
    timers_.set(known->second, std::nullopt);
    transactions_.abandon(entry.transaction);
    send(now, known->second, entry);
}

const PhoneRegistration* RegistrationClient::find(const std::string& user) const {
    const auto known = id_by_user_.find(user);
    return known == id_by_user_.end() ? nullptr : &entries_.at(known->second).wanted;
}

void RegistrationClient::remove(std::uint64_t id) {
    const auto found = entries_.find(id);
    if (found == entries_.end()) return;
    transactions_.abandon(found->second.transaction);
    timers_.set(id, std::nullopt);
    id_by_user_.erase(found->second.wanted.user);
    entries_.erase(found);
}

Message RegistrationClient::make_register(Entry& entry) {
    Message request;
    request.method = "REGISTER";
    request.uri = make_uri("", entry.wanted.domain);
    request.max_forwards = 70;
    request.to.uri = make_uri(entry.wanted.user, entry.wanted.domain);
    request.from = request.to;
    set_parameter(request.from.parameters, "tag", entry.tag);
    request.call_id = entry.call_id;
    request.cseq = {++entry.cseq, "REGISTER"};
    request.contacts = {NameAddr{"", make_uri(entry.wanted.user, config_.local), {}}};
    request.expires = entry.stopping ? 0 : whole_seconds(entry.wanted.expires);
    request.add_header("User-Agent", config_.user_agent);
    return request;
}

void RegistrationClient::send(TimePoint now, std::uint64_t id, Entry& entry) {
    Message request = make_register(entry);
    entry.authentication.authorize(request, random_);
    entry.transaction = transactions_.send_request(now, std::move(request), entry.wanted.registrar,
                                                   {TransactionUser::Kind::registration, id});
}

void RegistrationClient::handle_response(TimePoint now, std::uint64_t id, const Message& response) {
    const auto found = entries_.find(id);
    if (found == entries_.end() || response.status < 200) return;
    Entry& entry = found->second;
    if (response.cseq.number != entry.cseq) return;  // of a REGISTER that a newer one replaced
    if (response.status < 300) return accept(now, id, entry, response);
    if (entry.authentication.accept_challenge(response)) return send(now, id, entry);
    if (response.status == 423 && lengthen(now, id, entry, response)) return;
    fail(now, id, response.status, response.reason);
}

void RegistrationClient::accept(TimePoint now, std::uint64_t id, Entry& entry,
                                const Message& response) {
    entry.authentication.succeeded();
    if (entry.stopping) {
        out_.push(PhoneUnregistered{now, entry.wanted.user});
        return remove(id);
    }
    const Duration expires = granted(entry, response);
    timers_.set(id, now + refresh_after(expires));
    out_.push(PhoneRegistered{now, entry.wanted.user, expires});
}

// 10.2.4: the registrar names what it takes ("Min-Expires").
bool RegistrationClient::lengthen(TimePoint now, std::uint64_t id, Entry& entry,
                                  const Message& response) {
    const auto least = parse_unsigned(response.header("Min-Expires"));
    if (!least || *least > 0x7fffffff) return false;
    const Duration wanted = std::chrono::seconds(*least);
    if (wanted <= entry.wanted.expires) return false;
    entry.wanted.expires = wanted;
    send(now, id, entry);
    return true;
}

Duration RegistrationClient::granted(const Entry& entry, const Message& response) const {
    const Uri ours = make_uri(entry.wanted.user, config_.local);
    std::optional<std::uint64_t> seconds;
    for (const auto& contact : response.contacts) {
        if (contact.uri.same_target(ours)) {
            seconds = parse_unsigned(parameter_value(contact.parameters, "expires"));
        }
    }
    if (!seconds) seconds = response.expires.value_or(whole_seconds(entry.wanted.expires));
    return std::chrono::seconds(std::clamp<std::uint64_t>(*seconds, 1, 0x7fffffff));
}

void RegistrationClient::fail(TimePoint now, std::uint64_t id, int code, std::string reason) {
    out_.push(PhoneRegistrationFailed{now, entries_.at(id).wanted.user, code, std::move(reason)});
    remove(id);
}

void RegistrationClient::handle_transaction_timeout(TimePoint now, std::uint64_t id) {
    if (entries_.contains(id)) fail(now, id, 408, "no response");
}

void RegistrationClient::handle_timeout(TimePoint now) {
    while (const auto id = timers_.pop_due(now)) send(now, *id, entries_.at(*id));
}

}  // namespace janus_harness::sip
