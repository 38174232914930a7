#pragma once

#include <uv.h>

#include <string>
#include <utility>

#include "core/balance.h"

// Inside this module only: how objects own libuv handles.
namespace janus_harness::net {

// What a handle's `data` points to while its owner lives.
struct HandleOwner {
    explicit HandleOwner(std::string kind_of_handle) : kind(std::move(kind_of_handle)) {}
    virtual ~HandleOwner() = default;
    HandleOwner(const HandleOwner&) = delete;
    HandleOwner& operator=(const HandleOwner&) = delete;

    std::string kind;  // named when the handle leaks
};

inline std::atomic<std::int64_t>& live_uv_handles() {
    static auto& counter = Balance::counter("uv.handle");
    return counter;
}

// A libuv handle on the heap: libuv uses it until its close callback, which may come after the
// owner is gone. reset() marks it as closed for the owner; the close callback frees it.
template <typename T>
class UvHandle {
  public:
    explicit UvHandle(HandleOwner* owner) : block_(new Block) { block_->uv.data = owner; }
    ~UvHandle() { reset(); }
    UvHandle(const UvHandle&) = delete;
    UvHandle& operator=(const UvHandle&) = delete;

    T* get() const { return block_ == nullptr ? nullptr : &block_->uv; }
    bool closed() const { return block_ == nullptr; }

    // For a handle whose init function failed: nothing to close.
    void discard() {
        delete block_;
        block_ = nullptr;
    }

    void reset() {
        if (block_ == nullptr) return;
        auto* base = reinterpret_cast<uv_handle_t*>(&block_->uv);
        block_->uv.data = nullptr;
        block_ = nullptr;
        if (uv_is_closing(base) != 0) return;  // the loop closed a leaked handle itself
        uv_close(base, [](uv_handle_t* handle) { delete reinterpret_cast<Block*>(handle); });
    }

  private:
    struct Block {
        T uv{};  // first: a pointer to it is a pointer to the block
        Counted counted{live_uv_handles()};
    };

    Block* block_;
};

}  // namespace janus_harness::net
