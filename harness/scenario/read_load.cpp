#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/scenario/load_shape.h"
#include "harness/scenario/read_scenario.h"

namespace janus_harness::scenario {
namespace {

using json::Need;
using json::ObjectReader;
using json::Range;
using json::Reading;
using json::Value;

// A rate that is above zero and slow enough to be counted in nanoseconds.
constexpr Range<double> rate_range{0.001, 1'000'000};
constexpr std::int64_t most_clients = 1'000'000;

std::optional<std::uint64_t> read_count(ObjectReader& reader, std::string_view name,
                                        std::int64_t maximum = INT32_MAX) {
    const auto count = reader.integer(name, {1, maximum});
    if (!count) return std::nullopt;
    return static_cast<std::uint64_t>(*count);
}

// One that, if it is there, leaves time for anything at all.
std::optional<Duration> read_length(Reading& reading, ObjectReader& reader, std::string_view name,
                                    Need need = Need::optional) {
    const auto length = reader.duration(name, need);
    if (length && *length == Duration{0})
        reading.error(reader.find(name)->location,
                      fmt::format("\"{}\" must be longer than 0", name));
    return length;
}

template <typename T>
void read_clients(ObjectReader& reader, std::string_view name, T& clients) {
    if (const auto count = read_count(reader, name, most_clients)) clients = static_cast<T>(*count);
}

void read_rate(ObjectReader& reader, std::string_view name, double& rate,
               Need need = Need::optional) {
    rate = reader.number(name, rate_range, need).value_or(rate);
}

// Stages of a rate (fractions, up to 1,000,000 a second) or of a number of clients.
enum class StagesOf { rate, clients };

Stage read_stage(Reading& reading, const Value& value, StagesOf what) {
    Stage stage;
    ObjectReader reader{reading, value, "stage"};
    if (what == StagesOf::rate) {
        stage.target = reader.number("target", {0, rate_range.maximum}, Need::required).value_or(0);
    } else {
        const auto clients = reader.integer("target", {0, most_clients}, Need::required);
        stage.target = static_cast<double>(clients.value_or(0));
    }
    stage.duration = reader.duration("duration", Need::required).value_or(stage.duration);
    return stage;
}

std::vector<Stage> read_stages(Reading& reading, ObjectReader& reader, StagesOf what) {
    std::vector<Stage> stages;
    for (const Value* value : reader.array("stages", Need::required))
        stages.push_back(read_stage(reading, *value, what));
    return stages;
}

// A plan without a single start is a mistake in the file, not a run that passes. Told only where
// nothing else is wrong, which may have left the plan empty.
void check_not_empty(Reading& reading, ObjectReader& reader, std::size_t errors_before, bool empty,
                     std::string_view executor) {
    if (!empty || reading.diagnostics.size() > errors_before) return;
    reading.error(reader.find("stages")->location,
                  fmt::format("{} would never start an iteration", executor),
                  "stages of some \"duration\" with a \"target\" above 0");
}

PerClientIterations read_per_client(Reading& reading, ObjectReader& reader) {
    PerClientIterations executor;
    read_clients(reader, "clients", executor.clients);
    executor.iterations = read_count(reader, "iterations").value_or(1);
    read_rate(reader, "start_rate", executor.start_rate);
    executor.max_duration = read_length(reading, reader, "max_duration");
    return executor;
}

ConstantArrivalRate read_arrival_rate(Reading& reading, ObjectReader& reader) {
    ConstantArrivalRate executor;
    read_rate(reader, "rate", executor.rate, Need::required);
    const bool has_end = reader.find("duration") != nullptr || reader.find("iterations") != nullptr;
    executor.duration = read_length(reading, reader, "duration");
    executor.iterations = read_count(reader, "iterations");
    read_clients(reader, "max_clients", executor.max_clients);
    executor.start = reader.duration("start").value_or(executor.start);
    read_rate(reader, "setup_rate", executor.setup_rate);
    if (!has_end)
        reading.error(reader.location(), "constant_arrival_rate would never end",
                      "\"duration\", \"iterations\" or both");
    return executor;
}

RampingArrivalRate read_ramping_rate(Reading& reading, ObjectReader& reader) {
    RampingArrivalRate executor;
    const std::size_t errors = reading.diagnostics.size();
    executor.start_rate = reader.number("start_rate", {0, rate_range.maximum}).value_or(0);
    executor.stages = read_stages(reading, reader, StagesOf::rate);
    read_clients(reader, "max_clients", executor.max_clients);
    read_rate(reader, "setup_rate", executor.setup_rate);
    check_not_empty(reading, reader, errors, arrivals(executor) == 0, "ramping_arrival_rate");
    return executor;
}

ConstantClients read_constant_clients(Reading& reading, ObjectReader& reader) {
    ConstantClients executor;
    read_clients(reader, "clients", executor.clients);
    executor.duration =
        read_length(reading, reader, "duration", Need::required).value_or(executor.duration);
    read_rate(reader, "start_rate", executor.start_rate);
    return executor;
}

RampingClients read_ramping_clients(Reading& reading, ObjectReader& reader) {
    RampingClients executor;
    const std::size_t errors = reading.diagnostics.size();
    if (const auto clients = reader.integer("start_clients", {0, most_clients}))
        executor.start_clients = static_cast<std::uint32_t>(*clients);
    executor.stages = read_stages(reading, reader, StagesOf::clients);
    executor.graceful_ramp_down =
        reader.duration("graceful_ramp_down").value_or(executor.graceful_ramp_down);
    read_rate(reader, "setup_rate", executor.setup_rate);
    const bool empty = length(executor.stages) == Duration{0} || most_clients_of(executor) == 0;
    check_not_empty(reading, reader, errors, empty, "ramping_clients");
    return executor;
}

// Until the last start, where the plan alone says so.
std::optional<Duration> planned_length(const Load& load) {
    const auto duration = load_duration(load);
    const auto* rate = std::get_if<ConstantArrivalRate>(&load.executor);
    if (rate == nullptr || !rate->iterations) return duration;
    const Duration starts = from_seconds(static_cast<double>(*rate->iterations) / rate->rate);
    return std::min(starts, duration.value_or(starts));
}

void check_warm_up(Reading& reading, ObjectReader& reader, const Load& load) {
    const Value* value = reader.find("warm_up");
    const auto duration = planned_length(load);
    if (value == nullptr || !duration || load.warm_up < *duration) return;
    reading.error(value->location, "\"warm_up\" leaves nothing of the load to be measured",
                  "less than the load's duration");
}

}  // namespace

Load read_load(Reading& reading, const Value& value) {
    using Read = void (*)(Reading&, ObjectReader&, Load&);
    static const json::Choices<Read> executors{
        {"per_client_iterations",
         [](Reading& from, ObjectReader& reader, Load& load) {
             load.executor = read_per_client(from, reader);
         }},
        {"constant_arrival_rate",
         [](Reading& from, ObjectReader& reader, Load& load) {
             load.executor = read_arrival_rate(from, reader);
         }},
        {"ramping_arrival_rate",
         [](Reading& from, ObjectReader& reader, Load& load) {
             load.executor = read_ramping_rate(from, reader);
         }},
        {"constant_clients",
         [](Reading& from, ObjectReader& reader, Load& load) {
             load.executor = read_constant_clients(from, reader);
         }},
        {"ramping_clients", [](Reading& from, ObjectReader& reader,
                               Load& load) { load.executor = read_ramping_clients(from, reader); }},
    };
    Load load;
    ObjectReader reader{reading, value, "load"};
    const auto read_executor = reader.enumeration("executor", executors, Need::required);
    load.graceful_stop = reader.duration("graceful_stop").value_or(load.graceful_stop);
    load.warm_up = reader.duration("warm_up").value_or(load.warm_up);
    if (!read_executor) {
        // Without it nobody can say which keys are wrong.
        for (const json::Member* member : reader.unread()) reader.allow_made_up(member->name);
        return load;
    }
    reader.describe_as(fmt::format("load with {}", value.find("executor")->string));
    const std::size_t errors = reading.diagnostics.size();
    (*read_executor)(reading, reader, load);
    if (reading.diagnostics.size() == errors) check_warm_up(reading, reader, load);
    return load;
}

}  // namespace janus_harness::scenario
