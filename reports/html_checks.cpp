#include <fmt/format.h>

#include <algorithm>

#include "reports/html_page.h"
#include "reports/html_sections.h"
#include "reports/report_text.h"

namespace janus_harness::reports {
namespace {

// What needs attention comes first.
int rank(CheckVerdict verdict) {
    switch (verdict) {
        case CheckVerdict::failed:
            return 0;
        case CheckVerdict::warned:
            return 1;
        case CheckVerdict::skipped:
            return 2;
        case CheckVerdict::passed:
            return 3;
    }
    return 4;
}

std::string found_html(const CheckItem& item) {
    std::string html;
    if (!item.expected.empty()) html += "<small>expected</small>" + element("code", item.expected);
    if (!item.actual.empty()) html += "<small>got</small>" + element("code", item.actual);
    if (!item.example_call.empty()) {
        html += element("small", "for example in call " + item.example_call);
    }
    return html;
}

std::string requirement_html(const CheckItem& item) {
    std::string reference = item.ref;
    if (!item.level.empty()) reference += (reference.empty() ? "" : ", ") + item.level;
    return known_html(item.requirement) + (reference.empty() ? "" : element("small", reference));
}

std::string items_table(const std::vector<CheckItem>& items, bool passed) {
    std::vector<const CheckItem*> shown;
    for (const CheckItem& item : items) {
        if ((item.verdict == CheckVerdict::passed) == passed) shown.push_back(&item);
    }
    std::stable_sort(shown.begin(), shown.end(), [](const CheckItem* a, const CheckItem* b) {
        return rank(a->verdict) < rank(b->verdict);
    });
    HtmlTable table(
        {{"", false}, {"check", false}, {"requirement", false}, {"count", true}, {"found", false}});
    for (const CheckItem* item : shown) {
        const std::string_view verdict = name(item->verdict);
        table.row({fmt::format("<span class=\"badge {0}\">{0}</span>", verdict),
                   element("code", item->id), requirement_html(*item), with_thousands(item->count),
                   found_html(*item)});
    }
    return table.empty() ? std::string{} : table.html();
}

}  // namespace

std::string checks_html(const RunResult& result) {
    const CheckTotals& checks = result.checks;
    std::string html = fmt::format("<p>{} passed, {} failed, {} warned, {} skipped.</p>\n",
                                   with_thousands(checks.passed), with_thousands(checks.failed),
                                   with_thousands(checks.warned), with_thousands(checks.skipped));
    html += items_table(checks.items, false);
    const std::string passed = items_table(checks.items, true);
    if (!passed.empty()) {
        html += "<details><summary>What passed</summary>\n" + passed + "</details>\n";
    }
    return section("checks", "Checks", html);
}

}  // namespace janus_harness::reports
