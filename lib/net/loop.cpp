#include "net/loop.h"

#include <cstdlib>
#include <mutex>
#include <utility>

#include "core/log.h"
#include "net/udp_receive.h"
#include "net/uv_handle.h"

namespace janus_harness::net {
namespace {

// Datagrams of the largest size UDP has. The odd stride keeps their first lines out of the same
// cache sets.
constexpr std::size_t receive_buffer_bytes = UdpReceiveBatch::slots * (65536 + 256);

using Tasks = std::vector<std::function<void()>>;

void require(int status) {
    if (status == 0) return;
    log(LogLevel::error, "event loop: {}", uv_strerror(status));
    std::abort();
}

}  // namespace

struct Loop::State : HandleOwner {
    State() : HandleOwner("loop"), wake(this), idle(this), check(this) {
        require(uv_loop_init(&loop));
        require(uv_async_init(&loop, wake.get(), [](uv_async_t* handle) {
            static_cast<State*>(static_cast<HandleOwner*>(handle->data))->run_posted();
        }));
        require(uv_idle_init(&loop, idle.get()));
        require(uv_check_init(&loop, check.get()));
        uv_check_start(check.get(), [](uv_check_t* handle) {
            static_cast<State*>(static_cast<HandleOwner*>(handle->data))->run_deferred();
        });
    }

    void run_posted() {
        Tasks tasks;
        {
            const std::lock_guard lock(mutex);
            tasks.swap(posted);
        }
        for (auto& task : tasks) task();
    }

    void run_deferred() {
        uv_idle_stop(idle.get());
        Tasks tasks;
        tasks.swap(deferred);
        for (auto& task : tasks) task();
    }

    void close_own_handles() {
        wake.reset();
        idle.reset();
        check.reset();
        uv_run(&loop, UV_RUN_DEFAULT);
    }

    uv_loop_t loop{};
    UvHandle<uv_async_t> wake;
    UvHandle<uv_idle_t> idle;  // active while tasks are deferred: then polling must not block
    UvHandle<uv_check_t> check;
    std::mutex mutex;
    Tasks posted;
    Tasks deferred;
    std::vector<std::uint8_t> receive_buffer = std::vector<std::uint8_t>(receive_buffer_bytes);
    UdpReceiveBatch receive_batch{receive_buffer};
};

Loop::Loop() : state_(std::make_unique<State>()) {}

Loop::~Loop() {
    // What the dropped tasks hold may own handles of this loop.
    state_->deferred.clear();
    state_->posted.clear();
    for (const std::string& kind : open_handles()) {
        log(LogLevel::error, "event loop destroyed with an open handle: {}", kind);
    }
    const auto close_leaked = [](uv_handle_t* handle, void* own) {
        auto* owner = static_cast<HandleOwner*>(handle->data);
        if (owner == nullptr || owner == own || uv_is_closing(handle) != 0) return;
        uv_close(handle, nullptr);  // its memory stays: the owner still points to it
    };
    uv_walk(&state_->loop, close_leaked, static_cast<HandleOwner*>(state_.get()));
    state_->close_own_handles();
    require(uv_loop_close(&state_->loop));
}

TimePoint Loop::now() {
    return TimePoint{Duration{static_cast<std::int64_t>(uv_hrtime())}};
}

void Loop::run() {
    uv_run(&state_->loop, UV_RUN_DEFAULT);
}

void Loop::stop() {
    uv_stop(&state_->loop);
}

void Loop::post(std::function<void()> task) {
    {
        const std::lock_guard lock(state_->mutex);
        state_->posted.push_back(std::move(task));
    }
    uv_async_send(state_->wake.get());
}

void Loop::defer(std::function<void()> task) {
    state_->deferred.push_back(std::move(task));
    uv_idle_start(state_->idle.get(), [](uv_idle_t*) {});
}

std::vector<std::string> Loop::open_handles() const {
    struct Walk {
        HandleOwner* own;
        std::vector<std::string> kinds;
    } walk{state_.get(), {}};
    const auto visit = [](uv_handle_t* handle, void* argument) {
        auto& found = *static_cast<Walk*>(argument);
        auto* owner = static_cast<HandleOwner*>(handle->data);
        if (owner != nullptr && owner != found.own) found.kinds.push_back(owner->kind);
    };
    uv_walk(&state_->loop, visit, &walk);
    return walk.kinds;
}

uv_loop_s* Loop::raw() {
    return &state_->loop;
}

UdpReceiveBatch& Loop::receive_batch() {
    return state_->receive_batch;
}

}  // namespace janus_harness::net
