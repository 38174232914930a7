#include <fmt/format.h>

#include "reports/html_page.h"
#include "reports/html_sections.h"
#include "reports/report_text.h"

namespace janus_harness::reports {
namespace {

struct Direction {
    std::string_view title;
    const AudioDirection* audio;
};

std::array<Direction, 2> directions(const RunResult& result) {
    return {{{"to the far end", &result.to_far_end}, {"from the far end", &result.from_far_end}}};
}

bool measured(const AudioDirection& audio) {
    return audio.sent || audio.received || audio.jitter || audio.delay || audio.mos;
}

std::string packets_table(const RunResult& result) {
    HtmlTable table({{"direction", false},
                     {"streams", true},
                     {"sent", true},
                     {"received", true},
                     {"lost", true},
                     {"loss", true},
                     {"duplicated", true},
                     {"reordered", true}});
    for (const auto& [title, audio] : directions(result)) {
        table.row(
            {std::string(title), count_html(audio->streams), count_html(audio->sent),
             count_html(audio->received), count_html(audio->lost),
             audio->loss_ratio ? xml_escape(percent_text(*audio->loss_ratio)) : unknown_html(),
             count_html(audio->duplicated), count_html(audio->reordered)});
    }
    return table.html();
}

void add_quality_row(HtmlTable& table, std::string_view figure, std::string_view direction,
                     const std::optional<metrics::Histogram>& histogram, FigureKind kind) {
    std::vector<std::string> cells{
        fmt::format("{}<small>{}</small>", xml_escape(figure), xml_escape(direction))};
    const auto figures = summary_cells(histogram ? &*histogram : nullptr, kind);
    cells.insert(cells.end(), figures.begin(), figures.end());
    table.row(cells);
}

std::string quality_table(const RunResult& result) {
    HtmlTable table(summary_columns("figure"));
    const auto both = directions(result);
    for (const auto& [title, audio] : both) {
        add_quality_row(table, "delay, ms", title, audio->delay, FigureKind::duration);
    }
    for (const auto& [title, audio] : both) {
        add_quality_row(table, "jitter, ms", title, audio->jitter, FigureKind::duration);
    }
    for (const auto& [title, audio] : both) {
        add_quality_row(table, "MOS", title, audio->mos, FigureKind::score);
    }
    return table.html();
}

std::string_view identity_label(Identity identity) {
    switch (identity) {
        case Identity::unknown:
            return "not known";
        case Identity::proven:
            return "this call's";
        case Identity::silence:
            return "silence";
        case Identity::other_stream:
            return "another call's";
        case Identity::noise:
            return "noise";
    }
    return {};
}

// In the order in which they are shown: what was proven first, what is not known last.
constexpr std::array identity_order{Identity::proven, Identity::other_stream, Identity::silence,
                                    Identity::noise, Identity::unknown};

std::string identity_bar(const AudioDirection& audio) {
    if (!audio.identity) return unknown_html("not measured");
    std::uint64_t total = 0;
    for (const std::uint64_t count : *audio.identity) total += count;
    std::string html = "<span class=\"stack\">";
    for (const Identity identity : identity_order) {
        const auto count = (*audio.identity)[static_cast<std::size_t>(identity)];
        if (count == 0) continue;
        html += fmt::format("<span class=\"{}\" style=\"width:{:.2f}%\"></span>", name(identity),
                            100 * static_cast<double>(count) / static_cast<double>(total));
    }
    return html + "</span>";
}

std::string identity_table(const RunResult& result) {
    std::vector<HtmlTable::Column> columns{{"whose audio it was", false}, {"", false}};
    for (const Identity identity : identity_order) {
        columns.push_back({std::string(identity_label(identity)), true});
    }
    HtmlTable table(columns);
    for (const auto& [title, audio] : directions(result)) {
        std::vector<std::string> cells{std::string(title), identity_bar(*audio)};
        for (const Identity identity : identity_order) {
            cells.push_back(
                audio->identity
                    ? with_thousands((*audio->identity)[static_cast<std::size_t>(identity)])
                    : unknown_html("–"));
        }
        table.row(cells);
    }
    return table.html();
}

std::string excluded_table(const RunResult& result) {
    HtmlTable table({{"streams left out of the figures", false},
                     {"count", true},
                     {"why", false},
                     {"for example in call", false}});
    for (const auto& [title, audio] : directions(result)) {
        for (const ExcludedStreams& streams : audio->excluded) {
            table.row({std::string(title), with_thousands(streams.count),
                       known_html(streams.reason), known_html(streams.example_call)});
        }
    }
    return table.empty() ? std::string{} : table.html();
}

std::string impairments_table(const RunResult& result) {
    HtmlTable table({{"impairment", false}, {"direction", false}, {"dropped", true}});
    for (const Impairment& impairment : result.impairments) {
        table.row({element("code", impairment.rule), xml_escape(impairment.direction),
                   count_html(impairment.dropped)});
    }
    return table.empty() ? std::string{}
                         : "<h3>Impairments that this run applied</h3>\n" + table.html();
}

std::string audio_charts() {
    return "<div class=\"charts\">\n" +
           chart_html("chart-delay", "One-way delay", "percentile curve, ms") +
           chart_html("chart-jitter", "Jitter", "percentile curve of the streams, ms") +
           chart_html("chart-loss", "Loss by call",
                      "the calls that lost packets, at their planned start, %") +
           chart_html("chart-mos", "MOS", "share of the streams, %") + "</div>\n";
}

}  // namespace

std::string audio_html(const RunResult& result) {
    if (!measured(result.to_far_end) && !measured(result.from_far_end)) {
        const std::string excluded = excluded_table(result);
        const std::string text = fmt::format("<p class=\"muted\">No audio was measured{}.</p>\n",
                                             excluded.empty() ? "" : " to its end");
        return section("audio", "Audio", text + excluded + impairments_table(result));
    }
    return section("audio", "Audio",
                   packets_table(result) + audio_charts() + quality_table(result) +
                       identity_table(result) + excluded_table(result) + impairments_table(result));
}

}  // namespace janus_harness::reports
