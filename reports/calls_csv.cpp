#include "reports/calls_csv.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <functional>
#include <string>

#include "core/text.h"
#include "reports/csv.h"
#include "reports/report_text.h"
#include "reports/writers.h"

namespace janus_harness::reports {
namespace {

// One column: how it is written, and how a cell is read back.
struct Column {
    std::string name;
    std::function<std::string(const CallRecord&)> write;
    std::function<void(CallRecord&, const std::string&)> read;
};

// `field` gives a reference to the member of the record, const or not as the record is.
template <typename Field>
Column text_column(std::string name, Field field) {
    return {std::move(name), [field](const CallRecord& call) { return valid_utf8(field(call)); },
            [field](CallRecord& call, const std::string& cell) { field(call) = cell; }};
}

template <typename Field>
Column count_column(std::string name, Field field) {
    return {std::move(name),
            [field](const CallRecord& call) {
                const std::optional<std::uint64_t> value = field(call);
                return value ? std::to_string(*value) : std::string{};
            },
            [field](CallRecord& call, const std::string& cell) {
                if (const auto value = parse_unsigned(cell)) field(call) = *value;
            }};
}

template <typename Field>
Column time_column(std::string name, Field field) {
    return {std::move(name),
            [field](const CallRecord& call) {
                const std::optional<std::int64_t> value = field(call);
                return value ? iso8601_from_unix(*value) : std::string{};
            },
            [field](CallRecord& call, const std::string& cell) {
                if (const auto value = unix_from_iso8601(cell)) field(call) = *value;
            }};
}

std::optional<double> parse_number(const std::string& cell) {
    char* end = nullptr;
    const double value = std::strtod(cell.c_str(), &end);
    const bool whole = !cell.empty() && end == cell.c_str() + cell.size();
    return whole && std::abs(value) < 9e12 ? std::optional(value) : std::nullopt;
}

// Milliseconds with every digit, so that nanoseconds survive.
template <typename Field>
Column duration_column(std::string name, Field field) {
    return {std::move(name),
            [field](const CallRecord& call) {
                const std::optional<Duration> value = field(call);
                return value ? fmt::format("{}", to_milliseconds(*value)) : std::string{};
            },
            [field](CallRecord& call, const std::string& cell) {
                if (const auto value = parse_number(cell)) {
                    field(call) = Duration{std::llround(*value * 1e6)};
                }
            }};
}

template <typename Field>
Column number_column(std::string name, Field field) {
    return {std::move(name),
            [field](const CallRecord& call) {
                const std::optional<double> value = field(call);
                return value ? fmt::format("{}", *value) : std::string{};
            },
            [field](CallRecord& call, const std::string& cell) {
                if (const auto value = parse_number(cell)) field(call) = *value;
            }};
}

template <typename Audio>
Column identity_column(std::string name, Audio audio) {
    return {std::move(name),
            [audio](const CallRecord& call) {
                return std::string(reports::name(audio(call).identity));
            },
            [audio](CallRecord& call, const std::string& cell) {
                audio(call).identity = parse_identity(cell).value_or(Identity::unknown);
            }};
}

template <typename Field>
Column flag_column(std::string name, Field field) {
    return {std::move(name),
            [field](const CallRecord& call) { return std::string(field(call) ? "yes" : "no"); },
            [field](CallRecord& call, const std::string& cell) { field(call) = cell == "yes"; }};
}

#define JANUS_HARNESS_FIELD(expression) \
    [=](auto& call) -> auto& {          \
        return expression;              \
    }

void add_call_columns(std::vector<Column>& columns) {
    columns.push_back(text_column("id", JANUS_HARNESS_FIELD(call.id)));
    columns.push_back(text_column("client", JANUS_HARNESS_FIELD(call.client)));
    columns.push_back(count_column("iteration", JANUS_HARNESS_FIELD(call.iteration)));
    columns.push_back(time_column("planned_at", JANUS_HARNESS_FIELD(call.planned_at_us)));
    columns.push_back(time_column("started_at", JANUS_HARNESS_FIELD(call.started_at_us)));
    columns.push_back(
        duration_column("planned_offset_ms", JANUS_HARNESS_FIELD(call.planned_offset)));
    columns.push_back(text_column("outcome", JANUS_HARNESS_FIELD(call.outcome)));
    columns.push_back(text_column("failure_reason", JANUS_HARNESS_FIELD(call.failure_reason)));
    columns.push_back(text_column("failure_text", JANUS_HARNESS_FIELD(call.failure_text)));
    columns.push_back(text_column("sip_call_id", JANUS_HARNESS_FIELD(call.sip_call_id)));
    columns.push_back(text_column("codec", JANUS_HARNESS_FIELD(call.codec)));
    columns.push_back(duration_column("duration_ms", JANUS_HARNESS_FIELD(call.duration)));
    for (const LatencyMetricInfo& metric : latency_metrics()) {
        const LatencyMetric which = metric.metric;
        columns.push_back(
            duration_column(std::string(metric.name) + "_ms", JANUS_HARNESS_FIELD(call[which])));
    }
}

// `audio` gives one of the two directions of a record.
template <typename Audio>
void add_audio_columns(std::vector<Column>& columns, const std::string& prefix, Audio audio) {
    columns.push_back(count_column(prefix + "_sent", JANUS_HARNESS_FIELD(audio(call).sent)));
    columns.push_back(
        count_column(prefix + "_received", JANUS_HARNESS_FIELD(audio(call).received)));
    columns.push_back(count_column(prefix + "_lost", JANUS_HARNESS_FIELD(audio(call).lost)));
    columns.push_back(
        count_column(prefix + "_duplicated", JANUS_HARNESS_FIELD(audio(call).duplicated)));
    columns.push_back(
        count_column(prefix + "_reordered", JANUS_HARNESS_FIELD(audio(call).reordered)));
    columns.push_back(
        duration_column(prefix + "_jitter_ms", JANUS_HARNESS_FIELD(audio(call).jitter)));
    columns.push_back(
        duration_column(prefix + "_delay_ms", JANUS_HARNESS_FIELD(audio(call).delay)));
    columns.push_back(number_column(prefix + "_mos", JANUS_HARNESS_FIELD(audio(call).mos)));
    columns.push_back(identity_column(prefix + "_identity", audio));
}

const std::vector<Column>& columns() {
    static const std::vector<Column> table = [] {
        std::vector<Column> made;
        add_call_columns(made);
        add_audio_columns(made, "to_far_end", JANUS_HARNESS_FIELD(call.to_far_end));
        add_audio_columns(made, "from_far_end", JANUS_HARNESS_FIELD(call.from_far_end));
        made.push_back(flag_column("warm_up", JANUS_HARNESS_FIELD(call.warm_up)));
        return made;
    }();
    return table;
}

#undef JANUS_HARNESS_FIELD

// The column of each cell of the header; nullptr for a name that is not known.
std::vector<const Column*> match_header(const CsvRow& header) {
    std::vector<const Column*> matched;
    for (const std::string& name : header) {
        const Column* found = nullptr;
        for (const Column& column : columns()) {
            if (column.name == name) found = &column;
        }
        matched.push_back(found);
    }
    return matched;
}

}  // namespace

std::string calls_csv(const std::vector<CallRecord>& calls) {
    CsvRow row;
    for (const Column& column : columns()) row.push_back(column.name);
    std::string text = csv_line(row);
    for (const CallRecord& call : calls) {
        row.clear();
        for (const Column& column : columns()) row.push_back(column.write(call));
        text += csv_line(row);
    }
    return text;
}

std::vector<CallRecord> parse_calls_csv(std::string_view text) {
    const std::vector<CsvRow> rows = parse_csv(text);
    std::vector<CallRecord> calls;
    if (rows.empty()) return calls;
    const auto header = match_header(rows.front());
    for (std::size_t i = 1; i < rows.size(); ++i) {
        CallRecord& call = calls.emplace_back();
        for (std::size_t cell = 0; cell < std::min(header.size(), rows[i].size()); ++cell) {
            if (header[cell] != nullptr) header[cell]->read(call, rows[i][cell]);
        }
    }
    return calls;
}

}  // namespace janus_harness::reports
