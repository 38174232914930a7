#include "reports/html_page.h"

#include <fmt/format.h>

#include "reports/report_text.h"

namespace janus_harness::reports {
namespace {

std::string figure_text(double value, FigureKind kind) {
    return kind == FigureKind::score ? fmt::format("{:.2f}", value) : milliseconds_text(value);
}

}  // namespace

std::string fill_template(std::string_view text,
                          const std::map<std::string_view, std::string>& values) {
    std::string result;
    while (true) {
        const auto open = text.find("{{");
        const auto close = text.find("}}", open);
        if (open == std::string_view::npos || close == std::string_view::npos) {
            return result.append(text);
        }
        result += text.substr(0, open);
        const auto value = values.find(text.substr(open + 2, close - open - 2));
        if (value != values.end()) result += value->second;
        text.remove_prefix(close + 2);
    }
}

std::string script_safe_json(std::string_view json) {
    std::string safe;
    safe.reserve(json.size());
    for (const char character : json) {
        if (character == '<' || character == '>' || character == '&') {
            safe += fmt::format("\\u{:04x}", static_cast<unsigned>(character));
        } else {
            safe += character;
        }
    }
    return safe;
}

std::string element(std::string_view tag, std::string_view text) {
    return fmt::format("<{0}>{1}</{0}>", tag, xml_escape(text));
}

std::string section(std::string_view id, std::string_view title, std::string_view html) {
    return fmt::format("<section id=\"{}\">\n<h2>{}</h2>\n{}</section>\n", id, xml_escape(title),
                       html);
}

std::string unknown_html(std::string_view text) {
    return fmt::format("<span class=\"unknown\">{}</span>", xml_escape(text));
}

std::string known_html(std::string_view text) {
    return text.empty() ? unknown_html() : xml_escape(text);
}

std::string count_html(const std::optional<std::uint64_t>& count) {
    return count ? with_thousands(*count) : unknown_html();
}

std::string chart_html(std::string_view id, std::string_view title, std::string_view text) {
    return fmt::format(
        "<figure class=\"chart\"><figcaption>{}<small>{}</small></figcaption>"
        "<div class=\"canvas\"><canvas id=\"{}\" role=\"img\" aria-label=\"{}\"></canvas></div>"
        "</figure>\n",
        xml_escape(title), xml_escape(text), id, xml_escape(title));
}

void HtmlTable::row(const std::vector<std::string>& cells, std::string_view css_class) {
    rows_ += css_class.empty() ? "<tr>" : fmt::format("<tr class=\"{}\">", css_class);
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const bool figure = i < columns_.size() && columns_[i].figure;
        rows_ += fmt::format("<td{}>{}</td>", figure ? " class=\"figure\"" : "", cells[i]);
    }
    rows_ += "</tr>\n";
}

std::string HtmlTable::html() const {
    std::string html = "<div class=\"table\"><table>\n<thead><tr>";
    for (const Column& column : columns_) {
        html += fmt::format("<th scope=\"col\"{}>{}</th>", column.figure ? " class=\"figure\"" : "",
                            xml_escape(column.title));
    }
    return html + "</tr></thead>\n<tbody>\n" + rows_ + "</tbody></table></div>\n";
}

std::vector<HtmlTable::Column> summary_columns(std::string_view first, bool with_count) {
    std::vector<HtmlTable::Column> columns{{std::string(first), false}};
    if (with_count) columns.push_back({"count", true});
    for (const char* title : {"min", "mean", "p50", "p90", "p99", "p99.9", "max"}) {
        columns.push_back({title, true});
    }
    return columns;
}

std::vector<std::string> summary_cells(const metrics::Histogram* histogram, FigureKind kind) {
    const auto summary = histogram == nullptr ? std::nullopt : histogram->summary();
    if (!summary) return std::vector<std::string>(8, unknown_html("–"));
    std::vector<std::string> cells{with_thousands(summary->count)};
    for (const double figure : {summary->min, summary->mean, summary->p50, summary->p90,
                                summary->p99, summary->p99_9, summary->max}) {
        cells.push_back(figure_text(figure, kind));
    }
    return cells;
}

}  // namespace janus_harness::reports
