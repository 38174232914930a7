#pragma once

#include <cstdint>
#include <vector>

#include "core/time.h"
#include "harness/scenario/scenario.h"

namespace janus_harness::executors {

// A rate that changes linearly from stage to stage. The area below it, up to a time, is the number
// of starts until then.
class RateCurve {
  public:
    RateCurve(double start_rate, const std::vector<scenario::Stage>& stages);

    // When the area reaches `area`, from the beginning; 0 < area <= the whole area.
    Duration time_of(double area) const;

  private:
    struct Piece {
        double begin;     // s
        double duration;  // s, > 0
        double from, to;  // starts a second
        double area_before;
        double area() const { return (from + to) / 2 * duration; }
    };
    std::vector<Piece> pieces_;
};

}  // namespace janus_harness::executors
