#include "harness/scenario/threshold.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "core/text.h"
#include "harness/scenario/failure_reasons.h"
#include "harness/scenario/metric_names.h"
#include "json/suggestion.h"

namespace janus_harness::scenario {
namespace {

struct Operator {
    std::string_view text;
    Comparison comparison;
};

// Two characters before one, so that "<=" is not read as "<".
constexpr std::array<Operator, 6> operators{{{"<=", Comparison::less_or_equal},
                                             {">=", Comparison::greater_or_equal},
                                             {"==", Comparison::equal},
                                             {"!=", Comparison::not_equal},
                                             {"<", Comparison::less},
                                             {">", Comparison::greater}}};

std::string_view text_of(Comparison comparison) {
    for (const Operator& candidate : operators)
        if (candidate.comparison == comparison) return candidate.text;
    return "";
}

struct Parts {
    std::string_view metric;
    Comparison comparison = Comparison::less;
    std::string_view value;
};

Result<Parts> split_expression(std::string_view text) {
    const std::size_t at = text.find_first_of("<>=!");
    if (at != std::string_view::npos) {
        const std::string_view rest = text.substr(at);
        for (const Operator& candidate : operators) {
            if (!rest.starts_with(candidate.text)) continue;
            return Parts{trim(text.substr(0, at)), candidate.comparison,
                         trim(rest.substr(candidate.text.size()))};
        }
    }
    return Error{
        "threshold_syntax",
        fmt::format("\"{}\" is not \"METRIC OP VALUE\", such as \"call_setup.p99 < 1000ms\"; "
                    "OP is one of <, <=, >, >=, ==, !=",
                    text)};
}

// calls.failures['busy'] and calls.failures["busy"] as calls.failures.busy.
std::string normalise_path(std::string_view metric) {
    for (const std::string_view quote : {"'", "\""}) {
        const std::size_t open = metric.find(std::string{"["} + std::string{quote});
        if (open == std::string_view::npos) continue;
        if (!metric.ends_with(std::string{quote} + "]")) continue;
        if (metric.size() < open + 4) continue;
        return fmt::format("{}.{}", metric.substr(0, open),
                           metric.substr(open + 2, metric.size() - open - 4));
    }
    return std::string{metric};
}

Error unknown_metric(const std::string& path) {
    if (const auto reason = reason_of(path))
        return {"threshold_unknown_metric",
                fmt::format("\"{}\" is not a reason for failure{}; allowed: {}", *reason,
                            json::did_you_mean(*reason, failure_reasons()),
                            json::quoted_list(failure_reasons()))};
    const auto groups = metric_groups();
    const std::string group = path.substr(0, path.rfind('.'));
    const auto known = std::find(groups.begin(), groups.end(), group);
    if (known != groups.end()) {
        const auto statistics = statistics_of(group);
        const std::string statistic =
            path.size() > group.size() ? path.substr(group.size() + 1) : "";
        return {
            "threshold_unknown_metric",
            fmt::format("metric \"{}\" has no \"{}\"{}; allowed: {}", group, statistic,
                        json::did_you_mean(statistic, statistics), json::quoted_list(statistics))};
    }
    return {"threshold_unknown_metric",
            fmt::format("unknown metric \"{}\"{}; allowed: {}", path,
                        json::did_you_mean(path, metric_paths()), json::quoted_list(groups))};
}

struct Number {
    double value = 0;
    std::string_view unit;
};

std::optional<Number> parse_number(std::string_view text) {
    Number number;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number.value,
                                              std::chars_format::fixed);
    if (error != std::errc{} || !std::isfinite(number.value)) return std::nullopt;
    number.unit = trim({end, static_cast<std::size_t>(text.data() + text.size() - end)});
    return number;
}

Result<double> normalise(const Number& number, MetricUnit unit, const std::string& path) {
    switch (unit) {
        case MetricUnit::milliseconds:
            if (number.unit == "ms") return number.value;
            if (number.unit == "s") return number.value * 1000;
            return Error{"threshold_unit", fmt::format("\"{}\" is a time: the value needs the unit "
                                                       "ms or s (1000ms, 1s)",
                                                       path)};
        case MetricUnit::ratio:
            if (number.unit == "%") return number.value / 100;
            if (number.unit.empty()) return number.value;
            return Error{"threshold_unit", fmt::format("\"{}\" is a ratio: write 0.1% or 0.001, "
                                                       "without \"{}\"",
                                                       path, number.unit)};
        case MetricUnit::count:
        case MetricUnit::number:
            break;
    }
    if (number.unit.empty()) return number.value;
    return Error{"threshold_unit", fmt::format("\"{}\" is a plain number: write it without \"{}\"",
                                               path, number.unit)};
}

bool holds(double value, Comparison comparison, double limit) {
    switch (comparison) {
        case Comparison::less:
            return value < limit;
        case Comparison::less_or_equal:
            return value <= limit;
        case Comparison::greater:
            return value > limit;
        case Comparison::greater_or_equal:
            return value >= limit;
        // Counts are exact; ratios such as 0.1 % are not, and nobody compares those for equality.
        case Comparison::equal:
            return value == limit;
        case Comparison::not_equal:
            return value != limit;
    }
    return false;
}

std::string show(double value, MetricUnit unit) {
    if (unit == MetricUnit::milliseconds) return fmt::format("{:.6g} ms", value);
    if (unit == MetricUnit::ratio) return fmt::format("{:.6g}%", value * 100);
    return fmt::format("{:.15g}", value);
}

}  // namespace

Result<Threshold> parse_threshold(std::string_view text) {
    const auto parts = split_expression(text);
    if (!parts) return parts.error();
    Threshold threshold;
    threshold.expression = std::string{trim(text)};
    threshold.path = normalise_path(parts->metric);
    threshold.comparison = parts->comparison;
    const auto unit = metric_unit(threshold.path);
    if (!unit) return unknown_metric(threshold.path);
    threshold.unit = *unit;
    const auto number = parse_number(parts->value);
    if (!number)
        return Error{"threshold_syntax",
                     fmt::format("\"{}\" must be compared with a number, not \"{}\"",
                                 threshold.path, parts->value)};
    const auto limit = normalise(*number, *unit, threshold.path);
    if (!limit) return limit.error();
    threshold.limit = limit.value();
    return threshold;
}

ThresholdVerdict evaluate(const Threshold& threshold, const MetricLookup& lookup) {
    ThresholdVerdict verdict;
    verdict.value = lookup(threshold.path);
    const std::string wanted =
        fmt::format("{} {}", text_of(threshold.comparison), show(threshold.limit, threshold.unit));
    if (!verdict.value || std::isnan(*verdict.value)) {
        verdict.value.reset();
        verdict.message = fmt::format("{}: no data, must be {}", threshold.path, wanted);
        return verdict;
    }
    verdict.ok = holds(*verdict.value, threshold.comparison, threshold.limit);
    verdict.message = fmt::format("{} was {}, must be {}", threshold.path,
                                  show(*verdict.value, threshold.unit), wanted);
    return verdict;
}

}  // namespace janus_harness::scenario
