#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/socket_address.h"
#include "core/time.h"
#include "ice/stun_message.h"

namespace janus_harness::ice {

// A connectivity check that waits for its response.
struct CheckTransaction {
    TransactionId id{};
    bool controlling = true;     // our role when it was made
    bool use_candidate = false;  // nominates
    unsigned transmissions = 0;
    Duration interval{};
    TimePoint next{};  // next transmission, or the failure after the last
};

// RFC 8445 section 6.1.2.6; nothing is ever frozen, since all pairs share one local candidate and
// one component.
enum class PairState { waiting, in_progress, succeeded, failed };

// The socket with one remote candidate.
struct CandidatePair {
    SocketAddress remote;
    std::uint32_t priority = 0;  // the remote candidate's; with one local one it orders the pairs
    PairState state = PairState::waiting;
    std::uint64_t triggered = 0;  // place in the triggered-check queue, 0 when not in it
    bool peer_nominated = false;  // the controlling peer sent USE-CANDIDATE
    std::optional<CheckTransaction> transaction{};
};

// The pairs and the order in which they are checked (RFC 8445 section 6.1.4.2).
class CheckList {
  public:
    // The pair of this remote address; null when unknown. Pointers last until the next add().
    CandidatePair* find(const SocketAddress& remote);
    CandidatePair* find(const TransactionId& id);
    // A new waiting pair, or null when the list is full (100 pairs, section 6.1.2.5).
    CandidatePair* add(const SocketAddress& remote, std::uint32_t priority);
    // Puts the pair at the end of the triggered-check queue, as waiting.
    void trigger(CandidatePair& pair);

    // The next pair to check: the first of the triggered ones, else (`ordinary`) the waiting one of
    // highest priority. Null when there is none.
    CandidatePair* next_to_check(bool ordinary);
    bool has_next_to_check(bool ordinary) const;
    CandidatePair* best_succeeded();
    bool all_failed() const;  // false for an empty list
    // Gives up every check that is waiting or under way, but not the one of `kept`.
    void abandon_all_but(const SocketAddress& kept);

    std::optional<TimePoint> next_transmission() const;
    std::vector<CandidatePair>& pairs() { return pairs_; }

  private:
    std::vector<CandidatePair> pairs_;
    std::uint64_t last_triggered_ = 0;
};

}  // namespace janus_harness::ice
