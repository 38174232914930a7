#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace janus_harness {

// First in, first out, and no memory held while it is empty: an empty std::deque keeps 576 bytes,
// and a simulated client has many queues, nearly always empty.
template <typename T>
class Fifo {
  public:
    using iterator = typename std::vector<T>::iterator;
    using const_iterator = typename std::vector<T>::const_iterator;

    bool empty() const { return items_.empty(); }
    std::size_t size() const { return items_.size() - taken_; }
    iterator begin() { return items_.begin() + offset(); }
    iterator end() { return items_.end(); }
    const_iterator begin() const { return items_.begin() + offset(); }
    const_iterator end() const { return items_.end(); }

    void push(T item) { items_.push_back(std::move(item)); }
    // Not of an empty queue.
    T pop() {
        T item = std::move(items_[taken_++]);
        tidy();
        return item;
    }
    // Takes out what `position` points to; the one behind it.
    iterator erase(iterator position) {
        const auto index = position - begin();
        items_.erase(position);
        tidy();
        return begin() + index;
    }
    void clear() {
        taken_ = 0;
        items_ = std::vector<T>();
    }

  private:
    std::ptrdiff_t offset() const { return static_cast<std::ptrdiff_t>(taken_); }
    void tidy() {
        if (taken_ == items_.size()) {
            clear();
        } else if (taken_ >= 16 && taken_ >= items_.size() / 2) {
            items_.erase(items_.begin(), begin());
            taken_ = 0;
        }
    }

    std::vector<T> items_;
    std::size_t taken_ = 0;  // at the front: given out already
};

}  // namespace janus_harness
