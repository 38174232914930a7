#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/histogram.h"

namespace janus_harness::reports {

// The parts that HTML pages are made of. What is called `html` is markup already; what is called
// `text` is escaped here.

// Replaces every {{name}} of the template by its value; a name that has none becomes nothing.
// Values are put in as they are and not searched again.
std::string fill_template(std::string_view text,
                          const std::map<std::string_view, std::string>& values);

// JSON for a <script type="application/json">: with < > & as \u003c …, so that nothing in it can
// end the element or open a comment.
std::string script_safe_json(std::string_view json);

// "<code>text</code>" and the like.
std::string element(std::string_view tag, std::string_view text);
std::string section(std::string_view id, std::string_view title, std::string_view html);
// "unknown" in muted letters.
std::string unknown_html(std::string_view text = "unknown");
// The text, or unknown.
std::string known_html(std::string_view text);
std::string count_html(const std::optional<std::uint64_t>& count);
// A chart that page.js draws into the canvas called `id`, with its title.
std::string chart_html(std::string_view id, std::string_view title, std::string_view text);

// A table whose columns are text (left) or figures (right, aligned digits).
class HtmlTable {
  public:
    struct Column {
        std::string title;
        bool figure = false;
    };
    explicit HtmlTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

    // `cells` are markup, one a column. `css_class` goes onto the row.
    void row(const std::vector<std::string>& cells, std::string_view css_class = {});
    bool empty() const { return rows_.empty(); }
    // With a box around it that scrolls sideways where the page is narrow.
    std::string html() const;

  private:
    std::vector<Column> columns_;
    std::string rows_;
};

// Count, min, mean, p50, p90, p99, p99.9 and max of a histogram, as cells of a row; unknown ones
// when it is absent or empty. Figures of scores have two decimals, of durations are milliseconds.
enum class FigureKind { duration, score };
std::vector<HtmlTable::Column> summary_columns(std::string_view first, bool with_count = true);
std::vector<std::string> summary_cells(const metrics::Histogram* histogram, FigureKind kind);

}  // namespace janus_harness::reports
