// What a worker does before the load begins: phones register at a foreign proxy, and clients run
// their set-up steps on a ramp.
#include <fmt/format.h>

#include "harness/deployment/resolve.h"
#include "harness/scenario/load_shape.h"
#include "harness/worker/worker.h"

namespace janus_harness::worker {
namespace {

// A registrar under test must not be stormed by our own preparation, of all workers together.
constexpr Duration phone_interval = std::chrono::milliseconds{20};
constexpr Duration preparation_limit = std::chrono::seconds{40};

}  // namespace

void Worker::begin(TimePoint now) {
    if (stop_reason_ != StopReason::none) {
        finish();
        return;
    }
    preparation_start_ = now;
    const bool registers = options_.deployment.far_end == scenario::FarEndMode::register_there;
    const std::size_t phones = registers ? options_.deployment.far_end_accounts.size() : 0;
    const std::uint64_t of_each = deployment::needs_of(options_.scenario).phones;
    for (std::size_t phone = 0; phone < phones; ++phone) {
        if (share_.owns(phone / of_each)) phones_.push_back(phone);
    }
    register_phones(now);
}

void Worker::register_phones(TimePoint now) {
    const auto due = [&] {
        return preparation_start_ +
               phone_interval * static_cast<std::int64_t>(phones_[phones_asked_]);
    };
    while (phones_asked_ < phones_.size() && due() <= now) {
        far_end_->register_phone(now,
                                 options_.deployment.far_end_accounts[phones_[phones_asked_++]]);
    }
    if (phones_.empty() || far_end_->phones_registered() == phones_.size()) {
        wait_for_others(&Worker::begin_setup);
        return;
    }
    const auto& failure = far_end_->registration_failure();
    const TimePoint deadline =
        preparation_start_ + preparation_limit +
        phone_interval * static_cast<std::int64_t>(options_.deployment.far_end_accounts.size());
    if (failure || now >= deadline) {
        const std::string text =
            failure ? failure->text
                    : fmt::format("only {} of {} phones of the far end are registered",
                                  far_end_->phones_registered(), phones_.size());
        options_.owner.worker_failed(StopReason::preparation_failed, text);
        handle_stop(StopReason::preparation_failed, text);
        return;
    }
    plan_timer_.start_at(now + phone_interval);
}

void Worker::wait_for_others(void (Worker::*next)(TimePoint)) {
    phase_ = Phase::waiting;
    next_phase_ = next;
    options_.owner.worker_waits();
}

void Worker::proceed(TimePoint at) {
    loop_.post([this, at] {
        if (phase_ != Phase::waiting) return;
        const auto next = next_phase_;
        if (next != nullptr) (this->*next)(at);
    });
}

void Worker::begin_setup(TimePoint now) {
    setup_start_ = now;
    if (options_.scenario.setup.empty()) {
        begin_load(now);
    } else {
        phase_ = Phase::setting_up;
        continue_setup(now);
    }
}

// Clients are set up at the rate that Janus takes first registrations; the load begins when all
// are.
void Worker::continue_setup(TimePoint now) {
    if (phase_ != Phase::setting_up) return;
    const std::uint32_t wanted = options_.executor->clients_before_load();
    const double rate = scenario::setup_rate(options_.scenario.load);
    const auto due = [&] {
        return setup_start_ + from_seconds(options_.executor->slot(setups_begun_) / rate);
    };
    while (setups_begun_ < wanted && due() <= now) {
        create_client(options_.executor->slot(setups_begun_++)).start_setup(now);
    }
    if (setups_begun_ < wanted) {
        plan_timer_.start_at(due());
    } else if (setups_done_ == setups_begun_) {
        wait_for_others(&Worker::begin_load);
    }
}

void Worker::begin_load(TimePoint now) {
    phase_ = Phase::loading;
    const TimePoint start = now + scenario::start_delay(options_.scenario.load);
    warm_up_end_ = start + options_.scenario.load.warm_up;
    options_.executor->begin(start);
    if (options_.load_duration) {
        stop_timer_.start_at(start + *options_.load_duration +
                             options_.scenario.load.graceful_stop);
    }
    progress_.load_begun = true;
    start_due(now);
}

}  // namespace janus_harness::worker
