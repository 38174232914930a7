#pragma once

#include <cstdint>
#include <string>

#include "core/time.h"
#include "harness/worker/progress.h"

namespace janus_harness::controller {

// The progress of a run on standard error: one line that is written over on a terminal, a line
// every five seconds elsewhere.
class Console {
  public:
    Console(bool quiet, std::uint64_t planned);
    ~Console() { finish(); }
    Console(const Console&) = delete;
    Console& operator=(const Console&) = delete;

    void show(TimePoint now, Duration elapsed, const worker::Progress& progress);
    // Takes the progress line away.
    void finish();

  private:
    bool quiet_;
    bool terminal_;
    std::uint64_t planned_;
    bool shown_ = false;
    TimePoint next_;
};

// Whether colours are wanted on this descriptor: a terminal, and no NO_COLOR.
bool wants_colours(int descriptor);

}  // namespace janus_harness::controller
