#include "ice/check_list.h"

#include <algorithm>

namespace janus_harness::ice {

namespace {

constexpr std::size_t kMostPairs = 100;

}  // namespace

CandidatePair* CheckList::find(const SocketAddress& remote) {
    for (CandidatePair& pair : pairs_) {
        if (pair.remote == remote) return &pair;
    }
    return nullptr;
}

CandidatePair* CheckList::find(const TransactionId& id) {
    for (CandidatePair& pair : pairs_) {
        if (pair.transaction && pair.transaction->id == id) return &pair;
    }
    return nullptr;
}

CandidatePair* CheckList::add(const SocketAddress& remote, std::uint32_t priority) {
    if (pairs_.size() >= kMostPairs) return nullptr;
    return &pairs_.emplace_back(CandidatePair{.remote = remote, .priority = priority});
}

void CheckList::trigger(CandidatePair& pair) {
    pair.state = PairState::waiting;
    pair.transaction.reset();
    if (pair.triggered == 0) pair.triggered = ++last_triggered_;
}

CandidatePair* CheckList::next_to_check(bool ordinary) {
    CandidatePair* first_triggered = nullptr;
    CandidatePair* best_waiting = nullptr;
    for (CandidatePair& pair : pairs_) {
        if (pair.state != PairState::waiting) continue;
        if (pair.triggered != 0 &&
            (first_triggered == nullptr || pair.triggered < first_triggered->triggered)) {
            first_triggered = &pair;
        }
        if (best_waiting == nullptr || pair.priority > best_waiting->priority) {
            best_waiting = &pair;
        }
    }
    if (first_triggered != nullptr) return first_triggered;
    return ordinary ? best_waiting : nullptr;
}

bool CheckList::has_next_to_check(bool ordinary) const {
    return std::any_of(pairs_.begin(), pairs_.end(), [ordinary](const CandidatePair& pair) {
        return pair.state == PairState::waiting && (ordinary || pair.triggered != 0);
    });
}

CandidatePair* CheckList::best_succeeded() {
    CandidatePair* best = nullptr;
    for (CandidatePair& pair : pairs_) {
        if (pair.state != PairState::succeeded) continue;
        if (best == nullptr || pair.priority > best->priority) best = &pair;
    }
    return best;
}

bool CheckList::all_failed() const {
    return !pairs_.empty() && std::all_of(pairs_.begin(), pairs_.end(), [](const auto& pair) {
        return pair.state == PairState::failed;
    });
}

void CheckList::abandon_all_but(const SocketAddress& kept) {
    for (CandidatePair& pair : pairs_) {
        if (pair.remote == kept || pair.state == PairState::succeeded) continue;
        pair.state = PairState::failed;
        pair.triggered = 0;
        pair.transaction.reset();
    }
}

std::optional<TimePoint> CheckList::next_transmission() const {
    std::optional<TimePoint> next;
    for (const CandidatePair& pair : pairs_) {
        if (pair.transaction) next = earliest(next, pair.transaction->next);
    }
    return next;
}

}  // namespace janus_harness::ice
