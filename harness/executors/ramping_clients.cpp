#include "harness/executors/ramping_clients.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "harness/scenario/load_shape.h"

namespace janus_harness::executors {
namespace {

constexpr Duration open_end = Duration::max();

// i / n of the duration.
Duration fraction(Duration duration, std::uint64_t i, std::uint64_t n) {
    return Duration{std::llround(static_cast<double>(duration.count()) * static_cast<double>(i) /
                                 static_cast<double>(n))};
}

}  // namespace

RampingClients::RampingClients(const scenario::RampingClients& load, Share share)
    : Executor(share),
      most_clients_(scenario::most_clients_of(load)),
      clients_before_load_(static_cast<std::uint32_t>(share.part_of(load.start_clients))),
      clients_(share.part_of(most_clients_)) {
    plan_places(load);
    plan_moments(load.graceful_ramp_down, scenario::length(load.stages));
}

void RampingClients::plan_places(const scenario::RampingClients& load) {
    std::uint64_t level = load.start_clients;
    for (std::uint64_t slot = 0; slot < level; ++slot) begin_place(slot, Duration{0});
    Duration time{0};
    for (const scenario::Stage& stage : load.stages) {
        const auto target = static_cast<std::uint64_t>(stage.target);
        const std::uint64_t change = target > level ? target - level : level - target;
        for (std::uint64_t i = 1; i <= change; ++i) {
            if (target > level) {
                // The last one too has some of the stage left.
                begin_place(level + i - 1, time + fraction(stage.duration, i - 1, change));
            } else {
                end_place(level - i, time + fraction(stage.duration, i, change));
            }
        }
        level = target;
        time += stage.duration;
    }
    for (std::uint64_t slot = 0; slot < level; ++slot) end_place(slot, time);
}

void RampingClients::begin_place(std::uint64_t slot, Duration at) {
    if (share().owns(slot)) clients_[share().own(slot)].places.push_back({at, open_end});
}

void RampingClients::end_place(std::uint64_t slot, Duration at) {
    if (!share().owns(slot)) return;
    auto& places = clients_[share().own(slot)].places;
    places.back().end = at;
    if (places.back().begin >= at) places.pop_back();
}

void RampingClients::plan_moments(Duration graceful_ramp_down, Duration end) {
    for (std::uint32_t client = 0; client < clients_.size(); ++client) {
        const auto& places = clients_[client].places;
        for (std::size_t i = 0; i < places.size(); ++i) {
            additions_.push_back({places[i].begin, client});
            // After the plan's end graceful_stop gives the time.
            if (places[i].end >= end) continue;
            const Duration deadline = places[i].end + graceful_ramp_down;
            const bool stays = i + 1 < places.size() && places[i + 1].begin <= deadline;
            if (!stays) deadlines_.push_back({deadline, client});
        }
    }
    for (auto* moments : {&additions_, &deadlines_}) {
        std::stable_sort(moments->begin(), moments->end(),
                         [](const Moment& a, const Moment& b) { return a.at < b.at; });
    }
}

bool RampingClients::has_place(const Client& client, Duration offset) const {
    return !client.gone &&
           std::any_of(client.places.begin(), client.places.end(), [&](const Place& place) {
               return place.begin <= offset && offset < place.end;
           });
}

PlannedStart RampingClients::start(TimePoint planned, std::uint32_t client) {
    clients_[client].busy = true;
    const std::uint64_t round = clients_[client].rounds++;
    return {round * most_clients_ + slot(client), planned, slot(client)};
}

std::optional<PlannedStart> RampingClients::poll_start(TimePoint now) {
    if (stopped_) return std::nullopt;
    if (!ready_.empty()) {
        const Ready ready = ready_.front();
        ready_.pop_front();
        return start(ready.at, ready.client);
    }
    while (!additions_.empty() && start_ + additions_.front().at <= now) {
        const Moment added = additions_.front();
        additions_.pop_front();
        const Client& client = clients_[added.client];
        if (!client.busy && !client.gone) return start(start_ + added.at, added.client);
    }
    return std::nullopt;
}

std::optional<std::uint32_t> RampingClients::poll_overdue(TimePoint now) {
    while (!stopped_ && !deadlines_.empty() && start_ + deadlines_.front().at <= now) {
        const std::uint32_t client = deadlines_.front().client;
        deadlines_.pop_front();
        if (clients_[client].busy) return slot(client);
    }
    return std::nullopt;
}

std::optional<TimePoint> RampingClients::next_timeout() const {
    if (stopped_) return std::nullopt;
    if (!ready_.empty()) return ready_.front().at;
    std::optional<TimePoint> next;
    if (!additions_.empty()) next = start_ + additions_.front().at;
    if (!deadlines_.empty() && (!next || start_ + deadlines_.front().at < *next)) {
        next = start_ + deadlines_.front().at;
    }
    return next;
}

bool RampingClients::iteration_finished(TimePoint now, std::uint32_t client) {
    const auto own = static_cast<std::uint32_t>(share().own(client));
    Client& finished = clients_[own];
    finished.busy = !stopped_ && has_place(finished, now - start_);
    if (finished.busy) ready_.push_back({now, own});
    return finished.busy;
}

std::uint64_t RampingClients::give_up(std::uint32_t client) {
    const auto own = share().own(client);
    const auto due = std::erase_if(ready_, [&](const Ready& ready) { return ready.client == own; });
    const bool begun = clients_[own].busy && due == 0;
    const bool first_time = !std::exchange(clients_[own].gone, true);
    clients_[own].busy = false;
    return first_time && !begun ? 1 : 0;
}

bool RampingClients::exhausted() const {
    return stopped_ || (ready_.empty() && additions_.empty());
}

}  // namespace janus_harness::executors
