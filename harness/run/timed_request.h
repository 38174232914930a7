#pragma once

#include "core/time.h"

namespace janus_harness::run {

// A request whose answer came: for findings that need the order of things, which histograms lose.
struct TimedRequest {
    TimePoint sent;
    TimePoint answered;
};

}  // namespace janus_harness::run
