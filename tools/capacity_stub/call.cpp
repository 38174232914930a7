#include "tools/capacity_stub/call.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>
#include <variant>

#include "ice/priority.h"

namespace janus_harness::capacity_stub {
namespace {

constexpr std::size_t most_addresses = 4;

ice::TransactionId transaction_id(std::uint64_t first, std::uint64_t second) {
    ice::TransactionId id{};
    std::memcpy(id.data(), &first, sizeof first);
    std::memcpy(id.data() + sizeof first, &second, id.size() - sizeof first);
    return id;
}

}  // namespace

Call::Call(CallOwner owner, MediaSocket& socket, HostIndex host, RemoteParameters remote,
           Random& random, std::shared_ptr<const dtls::Context> context)
    : ssrc_(static_cast<std::uint32_t>(random.below(UINT32_MAX) + 1)),
      owner_(owner),
      socket_(socket),
      host_(host),
      remote_(std::move(remote)),
      ufrag_(random.token(8)),
      password_(random.token(24)),
      tie_breaker_(random()),
      context_(std::move(context)) {}

void Call::send(const SocketAddress& remote, ByteView bytes, Counters& counters) {
    if (!socket_.send(remote, bytes, host_)) ++counters.send_errors;
}

bool Call::handle_check(TimePoint now, const SocketAddress& remote, ByteView datagram,
                        const ice::StunMessage& check, Counters& counters) {
    if (!ice::verify_short_term(datagram, password_)) return false;
    ++counters.stun_requests;
    if (check.ice_controlled) {  // both ends controlled: RFC 8445 7.3.1.1
        send(remote, ice::encode_error(check.transaction_id, 487, password_), counters);
        return true;
    }
    send(remote, ice::encode_success(check.transaction_id, remote, password_), counters);
    check_back(remote, counters);
    if (check.use_candidate) nominate(now, remote, counters);
    return true;
}

// The triggered check of RFC 8445 7.3.1.4. Whether it is answered does not matter: the client
// nominates only what works both ways, and what is lost the client's next check makes up for.
void Call::check_back(const SocketAddress& remote, Counters& counters) {
    if (checked_back_.size() >= most_addresses ||
        std::ranges::find(checked_back_, remote) != checked_back_.end()) {
        return;
    }
    checked_back_.push_back(remote);
    ice::ConnectivityCheck check;
    check.transaction_id = transaction_id(tie_breaker_, checked_back_.size() ^ ssrc_);
    check.username = fmt::format("{}:{}", remote_.ice_ufrag, ufrag_);
    check.priority = ice::candidate_priority(ice::kPeerReflexiveTypePreference);
    check.controlling = false;
    check.tie_breaker = tie_breaker_;
    send(remote, ice::encode_check(check, remote_.ice_pwd), counters);
}

void Call::nominate(TimePoint now, const SocketAddress& remote, Counters& counters) {
    selected_ = remote;
    if (dtls_ || srtp_) return;
    dtls_ = std::make_unique<dtls::Transport>(
        context_, dtls::TransportConfig{.role = remote_.role,
                                        .first_retransmission = std::chrono::milliseconds{100}});
    dtls_->set_remote_fingerprints(remote_.fingerprints);
    if (!dtls_->start(now)) events_.push_back({MediaEvent::Kind::failed, owner_});
    drain_dtls(counters);
}

void Call::handle_dtls(TimePoint now, ByteView datagram, Counters& counters) {
    if (!dtls_) return;
    dtls_->handle_datagram(now, datagram);
    drain_dtls(counters);
}

void Call::handle_timeout(TimePoint now, Counters& counters) {
    if (!dtls_) return;
    dtls_->handle_timeout(now);
    drain_dtls(counters);
}

std::optional<TimePoint> Call::next_timeout() const {
    return dtls_ ? dtls_->next_timeout() : std::nullopt;
}

void Call::drain_dtls(Counters& counters) {
    while (auto event = dtls_->poll_event()) handle(*event, counters);
    while (const auto bytes = dtls_->poll_transmit()) send(selected_, *bytes, counters);
    // A client is done when the server's last flight has come, and never sends again. A server's
    // own last flight may be asked for once more.
    if (srtp_ && remote_.role == dtls::Role::client) dtls_.reset();
}

void Call::handle(dtls::Event& event, Counters& counters) {
    if (const auto* connected = std::get_if<dtls::Connected>(&event)) {
        auto session =
            srtp::Session::create(connected->profile, connected->local, connected->remote);
        if (session) {
            srtp_ = std::move(session).value();
            ++counters.connected_calls;
            events_.push_back({MediaEvent::Kind::connected, owner_});
            return;
        }
    } else if (std::holds_alternative<dtls::Closed>(event)) {
        return;  // the hang-up comes over the API
    }
    ++counters.failed_calls;
    events_.push_back({MediaEvent::Kind::failed, owner_});
}

}  // namespace janus_harness::capacity_stub
