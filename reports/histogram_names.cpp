#include "reports/json_report.h"

namespace janus_harness::reports {
namespace {

void visit_direction(const std::string& prefix, const AudioDirection& audio,
                     const HistogramVisitor& visit) {
    if (audio.jitter) visit(prefix + ".jitter_ms", *audio.jitter);
    if (audio.delay) visit(prefix + ".delay_ms", *audio.delay);
    if (audio.mos) visit(prefix + ".mos", *audio.mos);
}

}  // namespace

void for_each_histogram(const RunResult& result, const HistogramVisitor& visit) {
    for (const auto& [name, latency] : result.latency) {
        visit("latency_ms." + name, latency.corrected);
        if (latency.raw) visit("latency_ms." + name + "_raw", *latency.raw);
    }
    visit_direction("audio.to_far_end", result.to_far_end, visit);
    visit_direction("audio.from_far_end", result.from_far_end, visit);
    visit("generator.send_lateness_ms", result.generator.send_lateness);
    visit("generator.loop_lag_ms", result.generator.loop_lag);
}

}  // namespace janus_harness::reports
