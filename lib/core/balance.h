#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <string>

namespace janus_harness {

// Counts live objects by name, so that a run can prove that everything created was destroyed.
// Thread-safe.
class Balance {
  public:
    // The counter called `name`; lives as long as the process. Look it up once, keep the reference.
    static std::atomic<std::int64_t>& counter(const std::string& name);
    // Every counter that is not zero now.
    static std::map<std::string, std::int64_t> outstanding();
};

// A member that counts its owner, copies and moves included:
//     Counted counted_{Balance::counter("x")};
class Counted {
  public:
    explicit Counted(std::atomic<std::int64_t>& counter) : counter_(&counter) { ++*counter_; }
    Counted(const Counted& other) : counter_(other.counter_) { ++*counter_; }
    Counted& operator=(const Counted&) { return *this; }
    ~Counted() { --*counter_; }

  private:
    std::atomic<std::int64_t>* counter_;
};

}  // namespace janus_harness
