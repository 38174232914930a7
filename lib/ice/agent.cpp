#include "ice/agent.h"

#include <fmt/format.h>

#include <algorithm>

#include "ice/agent_impl.h"
#include "ice/priority.h"

// Pairs go waiting -> in_progress -> succeeded or failed; a check from the peer makes them waiting
// again. The agent:
//   no credentials   answers checks, remembers where they came from
//   checking         sends checks; the first success of the controlling agent selects a pair
//   nominating       (controlling) the selected pair's second check carries USE-CANDIDATE
//   completed        a nominated pair is selected; consent checks only
//   ended            Failed or ConsentLost was reported; silent
namespace janus_harness::ice {

namespace {

// RFC 8489 section 6.2.1: Rm.
constexpr int kLastWait = 16;

template <typename T>
std::optional<T> take_first(std::vector<T>& queue) {
    if (queue.empty()) return std::nullopt;
    std::optional<T> first(std::move(queue.front()));
    queue.erase(queue.begin());
    return first;
}

}  // namespace

std::atomic<std::int64_t>& Agent::Impl::live() {
    static auto& counter = Balance::counter("ice.agent");
    return counter;
}

Agent::Impl::Impl(AgentConfig config)
    : config_(std::move(config)),
      random_(config_.tie_breaker),
      controlling_(config_.controlling),
      tie_breaker_(config_.tie_breaker),
      consent_(config_.consent_interval, config_.consent_timeout) {}

void Agent::Impl::set_remote_credentials(TimePoint now, std::string ufrag, std::string pwd,
                                         bool is_lite) {
    if (has_remote_credentials() || ended_) return;
    remote_ufrag_ = std::move(ufrag);
    remote_pwd_ = std::move(pwd);
    if (is_lite) controlling_ = true;
    connect_deadline_ = now + config_.connect_timeout;
    run_checks(now);
}

void Agent::Impl::add_local_candidate(const SocketAddress& address) {
    (address.is_ipv6() ? has_local_ipv6_ : has_local_ipv4_) = true;
}

bool Agent::Impl::is_reachable(const SocketAddress& remote) const {
    if (!has_local_ipv4_ && !has_local_ipv6_) return true;
    return remote.is_ipv6() ? has_local_ipv6_ : has_local_ipv4_;
}

void Agent::Impl::add_remote_candidate(TimePoint now, const SocketAddress& address,
                                       std::uint32_t priority) {
    if (ended_ || !is_reachable(address) || address.is_unspecified() || address.port() == 0) return;
    if (CandidatePair* known = checks_.find(address)) {
        known->priority = priority;  // was peer-reflexive (RFC 8445 section 7.3.1.3)
    } else {
        checks_.add(address, priority);
    }
    run_checks(now);
}

void Agent::Impl::end_of_remote_candidates() {
    remote_ended_ = true;
    fail_if_hopeless();
}

void Agent::Impl::run_checks(TimePoint now) {
    if (!has_remote_credentials() || ended_ || now < next_check_) return;
    CandidatePair* pair = checks_.next_to_check(wants_ordinary_checks());
    if (pair == nullptr) return;
    start_check(now, *pair, false);
    next_check_ = now + config_.check_interval;
}

void Agent::Impl::start_check(TimePoint now, CandidatePair& pair, bool use_candidate) {
    pair.triggered = 0;
    if (pair.state != PairState::succeeded) pair.state = PairState::in_progress;
    pair.transaction = CheckTransaction{.id = new_transaction_id(),
                                        .controlling = controlling_,
                                        .use_candidate = use_candidate,
                                        .interval = config_.rto};
    transmit(now, pair);
}

void Agent::Impl::transmit(TimePoint now, CandidatePair& pair) {
    CheckTransaction& transaction = *pair.transaction;
    ++transaction.transmissions;
    const bool is_last = transaction.transmissions >= config_.max_transmissions;
    transaction.next = now + (is_last ? kLastWait * config_.rto : transaction.interval);
    transaction.interval *= 2;
    send_check(pair.remote, transaction.id, transaction.controlling, transaction.use_candidate);
}

void Agent::Impl::run_retransmissions(TimePoint now) {
    for (CandidatePair& pair : checks_.pairs()) {
        if (ended_) return;
        if (!pair.transaction || now < pair.transaction->next) continue;
        if (pair.transaction->transmissions < config_.max_transmissions) {
            transmit(now, pair);
        } else if (pair.transaction->use_candidate && nominating_) {
            // The pair worked and has consent, which is what decides whether it still does.
            start_check(now, pair, true);
        } else {
            pair_failed(now, pair);
        }
    }
}

void Agent::Impl::run_consent(TimePoint now) {
    if (consent_.is_expired(now)) return end(ConsentLost{*selected_});
    if (!consent_.is_check_due(now)) return;
    const TransactionId id = new_transaction_id();
    consent_.check_sent(now, id, random_);
    send_check(*selected_, id, controlling_, false);
}

void Agent::Impl::handle_timeout(TimePoint now) {
    if (ended_) return;
    run_retransmissions(now);
    run_checks(now);
    if (!ended_) run_consent(now);
    const bool is_late = has_remote_credentials() && !selected_ && now >= connect_deadline_;
    if (is_late && !ended_) {
        end(Failed{{"ice_timeout", fmt::format("no candidate pair worked within {:.1f} s",
                                               to_seconds(config_.connect_timeout))}});
    }
}

std::optional<TimePoint> Agent::Impl::next_timeout() const {
    if (ended_ || !has_remote_credentials()) return std::nullopt;
    auto next = earliest(checks_.next_transmission(), consent_.next_timeout());
    if (!selected_) next = earliest(next, connect_deadline_);
    if (checks_.has_next_to_check(wants_ordinary_checks())) next = earliest(next, next_check_);
    return next;
}

void Agent::Impl::nominate(TimePoint now, CandidatePair& pair) {
    nominating_ = true;
    select(now, pair);
    // Not paced: it follows an answer on the same path.
    start_check(now, pair, true);
}

void Agent::Impl::select(TimePoint now, const CandidatePair& pair) {
    const bool is_new = !selected_ || *selected_ != pair.remote;
    selected_ = pair.remote;
    selected_priority_ = pair.priority;
    if (!is_new) return;
    consent_.start(now, random_);
    events_.emplace_back(Connected{pair.remote});
}

// The controlled agent's rule, RFC 8445 section 8.1.1; with aggressive nomination (RFC 5245) many
// pairs may be nominated, and the one of highest priority is to be used.
void Agent::Impl::select_if_nominated(TimePoint now, CandidatePair& pair) {
    if (!pair.peer_nominated || pair.state != PairState::succeeded) return;
    if (selected_ && pair.priority <= selected_priority_) return;
    completed_ = true;
    select(now, pair);
    checks_.abandon_all_but(pair.remote);
}

void Agent::Impl::fail_if_hopeless() {
    if (ended_ || !remote_ended_ || !checks_.all_failed()) return;
    end(Failed{{"ice_all_pairs_failed",
                fmt::format("none of {} candidate pairs worked", checks_.pairs().size())}});
}

void Agent::Impl::end(Event event) {
    ended_ = true;
    selected_.reset();
    events_.push_back(std::move(event));
}

void Agent::Impl::send_check(const SocketAddress& remote, const TransactionId& id, bool controlling,
                             bool use_candidate) {
    const ConnectivityCheck check{
        .transaction_id = id,
        .username = fmt::format("{}:{}", remote_ufrag_, config_.local_ufrag),
        .priority = candidate_priority(kPeerReflexiveTypePreference),
        .controlling = controlling,
        .tie_breaker = tie_breaker_,
        .use_candidate = use_candidate,
    };
    send(remote, encode_check(check, remote_pwd_));
}

void Agent::Impl::send(const SocketAddress& remote, Bytes bytes) {
    if (!bytes.empty()) outgoing_.push_back({remote, std::move(bytes)});
}

TransactionId Agent::Impl::new_transaction_id() {
    TransactionId id;
    for (auto& byte : id) byte = static_cast<std::uint8_t>(random_());
    return id;
}

std::optional<Datagram> Agent::Impl::poll_transmit() {
    return take_first(outgoing_);
}
std::optional<Event> Agent::Impl::poll_event() {
    return take_first(events_);
}

Agent::Agent(AgentConfig config) : impl_(std::make_unique<Impl>(std::move(config))) {}
Agent::~Agent() = default;
Agent::Agent(Agent&&) noexcept = default;
Agent& Agent::operator=(Agent&&) noexcept = default;

void Agent::set_remote_credentials(TimePoint now, std::string ufrag, std::string pwd,
                                   bool remote_is_lite) {
    impl_->set_remote_credentials(now, std::move(ufrag), std::move(pwd), remote_is_lite);
}
void Agent::add_local_candidate(const SocketAddress& address) {
    impl_->add_local_candidate(address);
}
void Agent::add_remote_candidate(TimePoint now, const SocketAddress& address,
                                 std::uint32_t priority) {
    impl_->add_remote_candidate(now, address, priority);
}
void Agent::end_of_remote_candidates(TimePoint) {
    impl_->end_of_remote_candidates();
}
void Agent::handle_datagram(TimePoint now, const SocketAddress& remote, ByteView datagram) {
    impl_->handle_datagram(now, remote, datagram);
}
void Agent::handle_timeout(TimePoint now) {
    impl_->handle_timeout(now);
}
std::optional<TimePoint> Agent::next_timeout() const {
    return impl_->next_timeout();
}
std::optional<Datagram> Agent::poll_transmit() {
    return impl_->poll_transmit();
}
std::optional<Event> Agent::poll_event() {
    return impl_->poll_event();
}
bool Agent::controlling() const {
    return impl_->controlling();
}
std::optional<SocketAddress> Agent::selected_remote() const {
    return impl_->selected();
}

}  // namespace janus_harness::ice
