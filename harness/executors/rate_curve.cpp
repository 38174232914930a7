#include "harness/executors/rate_curve.h"

#include <algorithm>
#include <cmath>

namespace janus_harness::executors {
namespace {

// Areas are sums of products: what rounding changed must not move a start into the next piece.
constexpr double rounding = 1e-6;

}  // namespace

RateCurve::RateCurve(double start_rate, const std::vector<scenario::Stage>& stages) {
    double time = 0;
    double rate = start_rate;
    double area = 0;
    for (const scenario::Stage& stage : stages) {
        const double duration = to_seconds(stage.duration);
        if (duration > 0) {
            pieces_.push_back({time, duration, rate, stage.target, area});
            area += pieces_.back().area();
            time += duration;
        }
        rate = stage.target;
    }
}

Duration RateCurve::time_of(double area) const {
    const auto piece = std::find_if(pieces_.begin(), pieces_.end(), [&](const Piece& one) {
        return one.area_before + one.area() >= area - rounding;
    });
    if (piece == pieces_.end()) return Duration{0};
    // The root of from * t + slope / 2 * t^2 = rest, in the form that stays exact where the slope
    // is small or none.
    const double rest = area - piece->area_before;
    const double slope = (piece->to - piece->from) / piece->duration;
    const double root = std::sqrt(std::max(piece->from * piece->from + 2 * slope * rest, 0.0));
    const double time = std::min(2 * rest / (piece->from + root), piece->duration);
    return Duration{std::llround((piece->begin + time) * 1e9)};
}

}  // namespace janus_harness::executors
