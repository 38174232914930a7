// What a worker does before the load begins: phones register at a foreign proxy, and clients run
// their set-up steps on a ramp.
#include <fmt/format.h>

#include "harness/scenario/load_shape.h"
#include "harness/worker/worker.h"

namespace janus_harness::worker {
namespace {

// A registrar under test must not be stormed by our own preparation.
constexpr Duration phone_interval = std::chrono::milliseconds{20};
constexpr Duration preparation_limit = std::chrono::seconds{40};

}  // namespace

std::uint32_t Worker::clients_needed() const {
    return options_.executor->clients_before_load();
}

void Worker::begin(TimePoint now) {
    if (stop_reason_ != StopReason::none) {
        finish();
        return;
    }
    phase_ = Phase::preparing;
    preparation_deadline_ =
        now + preparation_limit +
        phone_interval * static_cast<std::int64_t>(options_.deployment.far_end_accounts.size());
    continue_preparation(now);
}

void Worker::continue_preparation(TimePoint now) {
    if (options_.deployment.far_end != scenario::FarEndMode::register_there) {
        begin_setup(now);
        return;
    }
    const auto& accounts = options_.deployment.far_end_accounts;
    if (phones_asked_ < accounts.size()) {
        far_end_->register_phone(now, accounts[phones_asked_++]);
    }
    const auto& failure = far_end_->registration_failure();
    if (failure || now >= preparation_deadline_) {
        handle_stop(StopReason::preparation_failed,
                    failure ? failure->text
                            : fmt::format("only {} of {} phones of the far end are registered",
                                          far_end_->phones_registered(), accounts.size()));
        return;
    }
    if (far_end_->phones_registered() == accounts.size()) {
        begin_setup(now);
        return;
    }
    plan_timer_.start_at(now + phone_interval);
}

void Worker::begin_setup(TimePoint now) {
    phase_ = Phase::setting_up;
    setup_start_ = now;
    if (options_.scenario.setup.empty()) {
        begin_load(now);
    } else {
        continue_setup(now);
    }
}

// Clients are set up at the rate that Janus takes first registrations; the load begins when all
// are.
void Worker::continue_setup(TimePoint now) {
    if (phase_ != Phase::setting_up) return;
    const double rate = scenario::setup_rate(options_.scenario.load);
    const auto due = [&] {
        return setup_start_ + from_seconds(options_.executor->slot(setups_begun_) / rate);
    };
    while (setups_begun_ < clients_needed() && due() <= now) {
        create_client(options_.executor->slot(setups_begun_++)).start_setup(now);
    }
    if (setups_begun_ < clients_needed()) {
        plan_timer_.start_at(due());
    } else if (setups_done_ == setups_begun_) {
        begin_load(now);
    }
}

void Worker::begin_load(TimePoint now) {
    phase_ = Phase::loading;
    const TimePoint start = now + scenario::start_delay(options_.scenario.load);
    options_.executor->begin(start);
    if (options_.load_duration) {
        stop_timer_.start_at(start + *options_.load_duration +
                             options_.scenario.load.graceful_stop);
    }
    progress_.load_begun = true;
    if (options_.on_load_begun) options_.on_load_begun(now);
    start_due(now);
}

}  // namespace janus_harness::worker
