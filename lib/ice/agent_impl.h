#pragma once

#include <string>
#include <vector>

#include "core/balance.h"
#include "core/random.h"
#include "ice/agent.h"
#include "ice/check_list.h"
#include "ice/consent.h"
#include "ice/stun_message.h"

namespace janus_harness::ice {

// agent.cpp: credentials, candidates, timers, selection. agent_checks.cpp: STUN messages.
class Agent::Impl {
  public:
    explicit Impl(AgentConfig config);

    void set_remote_credentials(TimePoint now, std::string ufrag, std::string pwd, bool is_lite);
    void add_local_candidate(const SocketAddress& address);
    void add_remote_candidate(TimePoint now, const SocketAddress& address, std::uint32_t priority);
    void end_of_remote_candidates();
    void handle_datagram(TimePoint now, const SocketAddress& remote, ByteView datagram);
    void handle_timeout(TimePoint now);
    std::optional<TimePoint> next_timeout() const;
    std::optional<Datagram> poll_transmit();
    std::optional<Event> poll_event();
    bool controlling() const { return controlling_; }
    const std::optional<SocketAddress>& selected() const { return selected_; }

  private:
    static std::atomic<std::int64_t>& live();

    bool has_remote_credentials() const { return !remote_pwd_.empty(); }
    bool is_reachable(const SocketAddress& remote) const;
    bool wants_ordinary_checks() const { return !nominating_ && !completed_; }

    // Sending checks.
    void run_checks(TimePoint now);
    void start_check(TimePoint now, CandidatePair& pair, bool use_candidate);
    void transmit(TimePoint now, CandidatePair& pair);
    void run_retransmissions(TimePoint now);
    void run_consent(TimePoint now);
    void send_check(const SocketAddress& remote, const TransactionId& id, bool controlling,
                    bool use_candidate);
    void send(const SocketAddress& remote, Bytes bytes);
    TransactionId new_transaction_id();

    // Receiving requests.
    void handle_request(TimePoint now, const SocketAddress& remote, const StunMessage& request,
                        ByteView datagram);
    // The error code to answer with, or 0 when the request is in order.
    int judge_request(const StunMessage& request, ByteView datagram) const;
    // RFC 8445 section 7.3.1.1; false when the peer has to switch (487).
    bool settle_roles(const StunMessage& request);
    void learn_from_request(TimePoint now, const SocketAddress& remote, const StunMessage& request);
    void trigger_check(TimePoint now, CandidatePair& pair);

    // Receiving responses.
    void handle_response(TimePoint now, const SocketAddress& remote, const StunMessage& response,
                         ByteView datagram);
    void handle_consent_response(TimePoint now, const SocketAddress& remote,
                                 const StunMessage& response, ByteView datagram);
    void handle_error(TimePoint now, CandidatePair& pair, int code);
    void handle_role_conflict(CandidatePair& pair);
    void pair_succeeded(TimePoint now, CandidatePair& pair);
    void pair_failed(TimePoint now, CandidatePair& pair);

    // Outcomes.
    void nominate(TimePoint now, CandidatePair& pair);
    void select(TimePoint now, const CandidatePair& pair);
    void select_if_nominated(TimePoint now, CandidatePair& pair);
    void fail_if_hopeless();
    void end(Event event);

    AgentConfig config_;
    Random random_;
    bool controlling_;
    std::uint64_t tie_breaker_;
    std::string remote_ufrag_;
    std::string remote_pwd_;
    bool has_local_ipv4_ = false;
    bool has_local_ipv6_ = false;
    bool remote_ended_ = false;
    bool nominating_ = false;  // controlling: a nomination is under way
    bool completed_ = false;   // a nominated pair is selected
    bool ended_ = false;
    CheckList checks_;
    Consent consent_;
    std::optional<SocketAddress> selected_;
    std::uint32_t selected_priority_ = 0;
    TimePoint next_check_{};
    TimePoint connect_deadline_{};
    std::vector<Datagram> outgoing_;
    std::vector<Event> events_;
    Counted counted_{live()};
};

}  // namespace janus_harness::ice
