// How a worker starts, reuses and retires its clients.
#include "harness/worker/worker.h"

namespace janus_harness::worker {

std::uint32_t Worker::number_of(std::uint32_t slot) const {
    return static_cast<std::uint32_t>(share_.own(slot));
}

Client* Worker::find_client(std::uint32_t slot) {
    const std::uint32_t number = number_of(slot);
    return number < clients_.size() ? clients_[number].get() : nullptr;
}

Client& Worker::create_client(std::uint32_t slot) {
    const std::uint32_t number = number_of(slot);
    slots_.occupy(number);
    if (clients_.size() <= number) clients_.resize(number + 1);
    clients_[number] = std::make_unique<Client>(*environment_, static_cast<ClientOwner&>(*this),
                                                slot, options_.seed);
    return *clients_[number];
}

void Worker::setup_ended(TimePoint now, Client& client) {
    const std::uint32_t slot = client.slot();
    if (client.failed()) {
        recorder_.iteration_failed(*client.setup_failure(), "");
        give_up(slot);
        retire(now, client);
    } else if (waiting_starts_.contains(slot)) {
        // We are inside a call of the client.
        loop_.defer([this, slot] { start_waiting(slot); });
    } else {
        slots_.make_idle(number_of(slot));
    }
    if (phase_ != Phase::setting_up) return;
    ++setups_done_;
    loop_.defer([this] { continue_setup(net::Loop::now()); });
}

void Worker::iteration_ended(TimePoint now, Client& client) {
    const std::uint32_t slot = client.slot();
    const bool reusable =
        phase_ == Phase::loading && !options_.scenario.setup.empty() && !client.failed();
    if (!reusable || !options_.executor->iteration_finished(now, slot)) {
        retire(now, client);
        return;
    }
    slots_.make_idle(number_of(slot));
    loop_.defer([this] { start_due(net::Loop::now()); });
}

void Worker::client_closed(Client& client) {
    // A session that was still being made when the client began to close has its id by now.
    note_sessions(client);
    // Where each iteration has a client of its own, or a fresh one takes the place of one that
    // failed, the slot's next iteration may begin only now.
    const bool next_may_begin =
        options_.scenario.setup.empty() || (client.failed() && !client.setup_failure());
    // We are inside a call of the client.
    loop_.defer(
        [this, slot = client.slot(), next_may_begin] { remove_client(slot, next_may_begin); });
}

void Worker::remove_client(std::uint32_t slot, bool next_may_begin) {
    clients_[number_of(slot)].reset();
    slots_.release(number_of(slot));
    const TimePoint now = net::Loop::now();
    if (phase_ == Phase::loading) {
        const bool wanted = next_may_begin && options_.executor->iteration_finished(now, slot);
        // Arrivals look for clients that are set up; others bring the slot with them.
        if (wanted && options_.executor->drops_when_busy() && !options_.scenario.setup.empty()) {
            create_client(slot).start_setup(now);
        }
        start_waiting(slot);
        start_due(now);
    }
    check_finished(now);
}

// The client's iterations that are left, the one that waits for it included, have nobody to run
// them.
void Worker::give_up(std::uint32_t slot) {
    const std::uint64_t waiting = waiting_starts_.erase(slot);
    recorder_.iterations_dropped(options_.executor->give_up(slot) + waiting);
}

void Worker::note_sessions(const Client& client) {
    const auto sessions = client.janus_sessions();
    janus_sessions_.insert(janus_sessions_.end(), sessions.begin(), sessions.end());
}

void Worker::retire(TimePoint now, Client& client, std::optional<run::Failure> failure) {
    slots_.take_idle(number_of(client.slot()));
    note_sessions(client);
    client.begin_close(now, std::move(failure));
}

// The client that may run this iteration now. Null: none is free, or it waits for one.
Client* Worker::client_for(TimePoint now, const executors::PlannedStart& start) {
    const bool fresh_clients = options_.scenario.setup.empty();
    if (!start.client) {
        const auto number = fresh_clients ? slots_.lowest_free() : slots_.take_idle();
        if (!number) return nullptr;
        return fresh_clients ? &create_client(options_.executor->slot(*number))
                             : clients_[*number].get();
    }
    const std::uint32_t slot = *start.client;
    if (slots_.take_idle(number_of(slot))) return find_client(slot);
    if (find_client(slot) == nullptr && fresh_clients) return &create_client(slot);
    waiting_starts_.emplace(slot, start);
    if (find_client(slot) == nullptr) create_client(slot).start_setup(now);
    return nullptr;
}

void Worker::start_one(TimePoint now, const executors::PlannedStart& start) {
    if (Client* client = client_for(now, start)) {
        client->start_iteration(now, start.planned, start.number, period_of(start.planned));
    } else if (!start.client) {
        recorder_.iterations_dropped(1, period_of(start.planned));
    }
}

run::Period Worker::period_of(TimePoint planned) const {
    return planned < warm_up_end_ ? run::Period::warm_up : run::Period::measured;
}

// The client has run its set-up, or its last self has closed.
void Worker::start_waiting(std::uint32_t slot) {
    const auto waiting = waiting_starts_.find(slot);
    if (phase_ != Phase::loading || waiting == waiting_starts_.end()) return;
    Client* client = find_client(slot);
    const executors::PlannedStart start = waiting->second;
    waiting_starts_.erase(waiting);
    if (client != nullptr && client->state() == Client::State::idle) {
        // The time of its set-up is not the iteration's.
        const TimePoint now = net::Loop::now();
        client->start_iteration(now, now, start.number, period_of(now));
    } else {
        start_one(net::Loop::now(), start);
    }
}

void Worker::end_overdue(TimePoint now) {
    while (const auto slot = options_.executor->poll_overdue(now)) {
        const auto waiting = waiting_starts_.find(*slot);
        if (waiting != waiting_starts_.end()) {
            recorder_.iterations_dropped(1, period_of(waiting->second.planned));
            waiting_starts_.erase(waiting);
            options_.executor->iteration_finished(now, *slot);
        }
        // The end of an iteration in progress is told when its client has closed.
        if (Client* client = find_client(*slot)) {
            retire(
                now, *client,
                run::Failure{"interrupted", "still in progress when graceful_ramp_down was over"});
        }
    }
}

void Worker::start_due(TimePoint now) {
    if (phase_ != Phase::loading) return;
    end_overdue(now);
    while (const auto start = options_.executor->poll_start(now)) start_one(now, *start);
    arm_plan();
    check_finished(now);
}

void Worker::arm_plan() {
    if (const auto due = options_.executor->next_timeout()) {
        plan_timer_.start_at(*due);
    } else {
        plan_timer_.stop();
    }
}

}  // namespace janus_harness::worker
