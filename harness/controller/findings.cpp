#include "harness/controller/findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace janus_harness::controller {
namespace {

using Requests = std::vector<run::TimedRequest>;

constexpr std::size_t fewest = 10;        // requests that make a queue
constexpr double slower_answered = 1.05;  // than asked, in time
constexpr double longest_in_queue = 5;    // requests that the last ones found in front of them
constexpr double steady_within = 0.5;     // of the median distance between two answers
constexpr Duration first_register_sleep = std::chrono::milliseconds{100};

Duration median(std::vector<Duration> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

// Most answers follow each other at about the same distance: something serves them in turn. What
// works on several at once, or has spare time between, answers in bunches.
bool steady(const std::vector<Duration>& distances) {
    const double usual = to_seconds(median(distances));
    const auto even = std::count_if(distances.begin(), distances.end(), [&](Duration distance) {
        return std::abs(to_seconds(distance) - usual) <= steady_within * usual;
    });
    return usual > 0 && static_cast<double>(even) >= 0.8 * static_cast<double>(distances.size());
}

// Requests that were out together, one at least at any moment; in the order of being sent.
std::optional<RequestQueue> as_queue(const Requests& group) {
    if (group.size() < fewest) return std::nullopt;
    std::vector<TimePoint> answers;
    std::vector<Duration> waits, distances;
    for (const auto& request : group) {
        answers.push_back(request.answered);
        waits.push_back(request.answered - request.sent);
    }
    std::sort(answers.begin(), answers.end());
    for (std::size_t i = 1; i < answers.size(); ++i)
        distances.push_back(answers[i] - answers[i - 1]);
    RequestQueue queue;
    queue.from = group.front().sent;
    queue.until = answers.back();
    queue.count = group.size();
    queue.asked_within = group.back().sent - group.front().sent;
    const Duration answered_within = answers.back() - answers.front();
    if (answered_within <= Duration{} || answered_within < slower_answered * queue.asked_within) {
        return std::nullopt;
    }
    if (!steady(distances)) return std::nullopt;
    queue.usual_distance = median(distances);
    queue.answers_per_s = static_cast<double>(group.size() - 1) / to_seconds(answered_within);
    queue.median_wait = median(waits);
    queue.longest_wait = *std::max_element(waits.begin(), waits.end());
    if (queue.longest_wait < longest_in_queue * queue.usual_distance) return std::nullopt;
    return queue;
}

std::string duration_text(Duration duration) {
    const double seconds = to_seconds(duration);
    return seconds < 1 ? fmt::format("{:.3g} ms", seconds * 1000)
                       : fmt::format("{:.3g} s", seconds);
}

// `blocks`: requests that have nothing to do with them waited too, so that it is Janus itself.
std::string queue_text(const RequestQueue& queue, bool blocks) {
    std::string text = fmt::format(
        "{} registrations begun within {} were answered at {:.1f}/s, one after another (waiting {} "
        "at the median, {} at most)",
        queue.count, duration_text(queue.asked_within), queue.answers_per_s,
        duration_text(queue.median_wait), duration_text(queue.longest_wait));
    // Where Sofia has started by the time of the first look, there is no sleep.
    const double sleeps = to_seconds(queue.usual_distance) / to_seconds(first_register_sleep);
    if (blocks && sleeps >= 0.95 && sleeps <= 1.2) {
        text +=
            ": the SIP plugin of Janus serves the requests of all handles in one thread and sleeps "
            "in steps of 100 ms in the first register of each handle";
    } else {
        text += ": they queue in front of one server, in Janus or behind it";
    }
    return text;
}

struct Waits {
    std::vector<Duration> inside, outside;  // of the queue
};

Waits split_by(const RequestQueue& queue, std::span<const run::TimedRequest> probe) {
    Waits waits;
    for (const auto& request : probe) {
        const bool beside = request.answered > queue.from && request.sent < queue.until;
        (beside ? waits.inside : waits.outside).push_back(request.answered - request.sent);
    }
    return waits;
}

// An order of magnitude, and enough for a human to feel.
bool much_longer(Duration waited, Duration usual) {
    return waited >= 10 * usual && waited >= std::chrono::milliseconds{20};
}

std::optional<reports::Finding> blocking(const RequestQueue& queue,
                                         std::span<const run::TimedRequest> probe) {
    const Waits waits = split_by(queue, probe);
    if (waits.inside.empty() || waits.outside.empty()) return std::nullopt;
    const Duration usual = median(waits.outside);
    const Duration waited = median(waits.inside);
    const Duration longest = *std::max_element(waits.inside.begin(), waits.inside.end());
    if (!much_longer(waited, usual)) return std::nullopt;
    return reports::Finding{
        "janus.head_of_line_blocking",
        fmt::format("a request on a handle that has nothing to do with the {} registrations waited "
                    "{} at the median and {} at most while they queued, {} at the median "
                    "otherwise: every request to the SIP plugin stands in the same queue",
                    queue.count, duration_text(waited), duration_text(longest),
                    duration_text(usual))};
}

}  // namespace

std::optional<RequestQueue> find_queue(Requests requests) {
    std::sort(requests.begin(), requests.end(),
              [](const auto& left, const auto& right) { return left.sent < right.sent; });
    std::optional<RequestQueue> longest;
    const auto consider = [&](const Requests& group) {
        const auto queue = as_queue(group);
        if (queue && (!longest || queue->count > longest->count)) longest = queue;
    };
    Requests group;
    TimePoint busy_until{};
    for (const auto& request : requests) {
        if (!group.empty() && request.sent >= busy_until) {
            consider(group);
            group.clear();
        }
        busy_until = group.empty() ? request.answered : std::max(busy_until, request.answered);
        group.push_back(request);
    }
    consider(group);
    return longest;
}

std::vector<reports::Finding> find_findings(std::span<const run::TimedRequest> registrations,
                                            std::span<const run::TimedRequest> probe) {
    std::vector<reports::Finding> findings;
    const auto queue = find_queue({registrations.begin(), registrations.end()});
    if (!queue) return findings;
    auto blocked = blocking(*queue, probe);
    findings.push_back({"janus.registrations_queue", queue_text(*queue, blocked.has_value())});
    if (blocked) findings.push_back(std::move(*blocked));
    return findings;
}

}  // namespace janus_harness::controller
