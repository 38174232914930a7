#include "reports/capacity.h"

#include <fmt/format.h>

#include "reports/json_writer.h"
#include "reports/report_text.h"

namespace janus_harness::reports {
namespace {

void write_trial(JsonWriter& json, const CapacityTrial& trial) {
    json.begin_object();
    json.member("level", trial.level);
    json.member("verdict", name(trial.verdict));
    json.member("reason", trial.reason);
    json.member("exit_code", trial.exit_code);
    json.known_text("folder", trial.folder);
    json.known_text("broken", trial.broken);
    json.known_text("broken_value", trial.broken_value);
    json.known_text("failure", trial.failure);
    json.member("call_setup_p99_ms", trial.call_setup_p99_ms);
    json.member("loss_ratio", trial.loss_ratio);
    json.member("janus_cores", trial.janus_cores);
    json.member("janus_busiest_thread", trial.janus_busiest_thread);
    json.member("machine_cores", trial.machine_cores);
    json.member("janus_threads", trial.janus_threads);
    json.member("janus_descriptors", trial.janus_descriptors);
    json.member("generator_lateness_p99_ms", trial.generator_lateness_p99_ms);
    json.member("duration_s", trial.duration_s);
    json.end_object();
}

std::string known(const std::optional<double>& figure, std::string_view unit, int digits) {
    return figure ? fmt::format("{:.{}f}{}", *figure, digits, unit) : std::string("–");
}

std::string known(const std::optional<std::uint64_t>& count) {
    return count ? with_thousands(*count) : std::string("–");
}

// "–" is three bytes and one column wide.
std::string right(const std::string& text, std::size_t width) {
    return fmt::format("{:>{}}", text, width);
}

std::string_view word(Verdict verdict) {
    return verdict == Verdict::passed ? "good" : name(verdict);
}

std::string what_broke(const CapacityTrial& trial) {
    if (trial.verdict == Verdict::passed) return {};
    if (trial.verdict != Verdict::failed || trial.broken.empty()) return trial.reason;
    std::string text = fmt::format("{} ({})", trial.broken, trial.broken_value);
    if (!trial.failure.empty()) text += "; " + trial.failure;
    return text;
}

}  // namespace

std::string capacity_json(const CapacityResult& result) {
    JsonWriter json;
    json.writer().SetIndent(' ', 2);
    json.begin_object();
    json.member("schema", "janus-harness/capacity/1");
    json.member("scenario", result.scenario);
    json.member("of", result.of);
    json.member("precision", result.precision);
    json.member("started_at", result.started_at);
    json.member("duration_s", result.duration_s);
    json.known_text("command_line", result.command_line);
    json.begin_object("conclusion");
    json.known_text("kind", result.conclusion);
    json.member("level", result.level);
    json.member("confirmed", result.confirmed);
    json.member("above", result.above);
    json.known_text("ran_out", result.ran_out);
    json.known_text("sentence", result.sentence);
    json.end_object();
    json.begin_array("trials");
    for (const CapacityTrial& trial : result.trials) write_trial(json, trial);
    json.end_array();
    json.end_object();
    return json.text() + "\n";
}

std::string capacity_heading(const std::string& of) {
    return fmt::format("{:>9}  {:<8}{:>13}{:>9}{:>11}{:>9}{:>13}{:>16}{:>8}  {}", of, "verdict",
                       "set-up p99", "loss", "Janus CPU", "threads", "descriptors",
                       "generator late", "took", "what broke");
}

std::string capacity_line(const CapacityTrial& trial) {
    std::string line = fmt::format("{:>9.6g}  {:<8}", trial.level, word(trial.verdict));
    line += right(known(trial.call_setup_p99_ms, " ms", 0), 13);
    line += right(trial.loss_ratio ? percent_text(*trial.loss_ratio) : "–", 9);
    line += right(known(trial.janus_cores, " cores", 2), 11);
    line += right(known(trial.janus_threads), 9);
    line += right(known(trial.janus_descriptors), 13);
    line += right(known(trial.generator_lateness_p99_ms, " ms", 1), 16);
    line += fmt::format("{:>6.0f} s", trial.duration_s);
    const std::string broke = what_broke(trial);
    if (!broke.empty()) line += "  " + broke;
    return line;
}

}  // namespace janus_harness::reports
