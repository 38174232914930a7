#include "net/timer.h"

#include <algorithm>
#include <utility>

#include "net/uv_handle.h"

namespace janus_harness::net {

struct Timer::State : HandleOwner, std::enable_shared_from_this<Timer::State> {
    State(uv_loop_t* uv_loop, std::function<void(TimePoint)> on_fire)
        : HandleOwner("timer"), loop(uv_loop), callback(std::move(on_fire)), handle(this) {
        uv_timer_init(loop, handle.get());
    }

    static void fired(uv_timer_t* timer) {
        if (timer->data == nullptr) return;
        auto* owner = static_cast<HandleOwner*>(timer->data);
        const auto self = static_cast<State*>(owner)->shared_from_this();
        self->callback(Loop::now());
    }

    uv_loop_t* loop;
    std::function<void(TimePoint)> callback;
    UvHandle<uv_timer_t> handle;
};

Timer::Timer(Loop& loop, std::function<void(TimePoint now)> callback)
    : state_(std::make_shared<State>(loop.raw(), std::move(callback))) {}

Timer::~Timer() {
    state_->handle.reset();
}

void Timer::start_at(TimePoint when) {
    // libuv counts whole milliseconds from the time its turn began.
    const std::int64_t due = (when.time_since_epoch().count() + 999'999) / 1'000'000;
    const auto turn = static_cast<std::int64_t>(uv_now(state_->loop));
    const auto delay = static_cast<std::uint64_t>(std::max<std::int64_t>(due - turn, 0));
    uv_timer_start(state_->handle.get(), State::fired, delay, 0);
}

void Timer::start_every(Duration interval) {
    const auto milliseconds =
        static_cast<std::uint64_t>(std::max<std::int64_t>(interval.count() / 1'000'000, 1));
    uv_timer_start(state_->handle.get(), State::fired, milliseconds, milliseconds);
}

void Timer::stop() {
    uv_timer_stop(state_->handle.get());
}

bool Timer::active() const {
    return uv_is_active(reinterpret_cast<const uv_handle_t*>(state_->handle.get())) != 0;
}

}  // namespace janus_harness::net
