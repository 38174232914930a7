#pragma once

#include <map>
#include <memory>
#include <optional>
#include <tuple>
#include <vector>

#include "harness/executors/make_executor.h"

namespace janus_harness::executors::test {

inline const TimePoint zero{std::chrono::seconds{1000}};

// A start as it is compared: offset, number, slot.
using Start = std::tuple<Duration, std::uint64_t, std::optional<std::uint32_t>>;

inline Start as_start(const PlannedStart& start) {
    return {start.planned - zero, start.number, start.client};
}

// Steps an executor through virtual time from one due moment to the next. Every iteration of a
// closed model takes `busy`; those of an open one never end.
inline std::vector<Start> carry_out(Executor& executor, Duration busy, Duration until) {
    std::vector<Start> starts;
    std::multimap<TimePoint, std::uint32_t> running;
    executor.begin(zero);
    for (TimePoint now = zero; now <= zero + until;) {
        while (!running.empty() && running.begin()->first <= now) {
            const std::uint32_t client = running.begin()->second;
            running.erase(running.begin());
            executor.iteration_finished(now, client);
        }
        while (const auto start = executor.poll_start(now)) {
            starts.push_back(as_start(*start));
            if (start->client) running.emplace(now + busy, *start->client);
        }
        while (executor.poll_overdue(now)) {
        }
        std::optional<TimePoint> next = executor.next_timeout();
        if (!running.empty() && (!next || running.begin()->first < *next)) {
            next = running.begin()->first;
        }
        if (!next) break;
        now = *next;
    }
    return starts;
}

inline std::vector<Start> whole_plan(const scenario::Load& load, Duration busy = {},
                                     Duration until = std::chrono::hours{1}, Share share = {}) {
    const auto executor = make_executor(load, share);
    return carry_out(*executor, busy, until);
}

}  // namespace janus_harness::executors::test
