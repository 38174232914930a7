#pragma once

#include <optional>
#include <span>
#include <vector>

#include "harness/run/timed_request.h"
#include "reports/result.h"

namespace janus_harness::controller {

// Requests that were answered one after another: the answers came steadily, at a lower rate than
// the requests, and so one waited behind several others in the end.
struct RequestQueue {
    TimePoint from, until;    // from the first request to the last answer
    std::size_t count = 0;    // requests
    Duration asked_within{};  // from the first request to the last
    double answers_per_s = 0;
    Duration usual_distance{};  // between two answers, the median
    Duration median_wait{}, longest_wait{};
};

// The longest such queue among these requests, in any order; nothing where there was none of ten
// requests or more. Sans-IO and pure.
std::optional<RequestQueue> find_queue(std::vector<run::TimedRequest> requests);

// What the registrations of a run say of Janus, and what the probe says of the time in which they
// queued.
std::vector<reports::Finding> find_findings(std::span<const run::TimedRequest> registrations,
                                            std::span<const run::TimedRequest> probe);

}  // namespace janus_harness::controller
