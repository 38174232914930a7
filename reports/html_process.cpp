#include <fmt/format.h>

#include "reports/html_page.h"
#include "reports/html_sections.h"
#include "reports/process_text.h"
#include "reports/report_text.h"

namespace janus_harness::reports {

std::string findings_html(const RunResult& result) {
    if (result.findings.empty()) return {};
    std::string html = "<ul>\n";
    for (const Finding& finding : result.findings) {
        html +=
            fmt::format("<li>{} {}</li>\n", element("code", finding.id), xml_escape(finding.text));
    }
    return section("findings", "Findings", html + "</ul>\n");
}

std::string janus_process_html(const RunResult& result) {
    if (!result.janus_process) return {};
    const ProcessUsage& usage = *result.janus_process;
    HtmlTable table({{"during the run", false}, {"", true}});
    table.row({"process", xml_escape(fmt::format("{}, {}", usage.name, usage.pid))});
    for (const auto& [what, figure] : process_figures(usage)) {
        table.row({xml_escape(what), xml_escape(figure)});
    }
    return section("janus-process", "The Janus process", table.html());
}

}  // namespace janus_harness::reports
