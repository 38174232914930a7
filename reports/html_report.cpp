#include <fmt/format.h>

#include "reports/embedded.h"
#include "reports/html_page.h"
#include "reports/html_sections.h"
#include "reports/report_text.h"
#include "reports/writers.h"

namespace janus_harness::reports {
namespace {

constexpr std::string_view navigation =
    "<nav aria-label=\"Sections\"><a href=\"#verdict\">Verdict</a><a href=\"#latency\">Latency</a>"
    "<a href=\"#calls\">Calls</a><a href=\"#failures\">Failures</a><a href=\"#audio\">Audio</a>"
    "<a href=\"#checks\">Checks</a><a href=\"#generator\">Generator</a>"
    "<a href=\"#environment\">Environment</a></nav>\n";

constexpr std::string_view without_scripts =
    "<noscript><p class=\"muted card\">The charts need JavaScript. Every figure is in the tables."
    "</p></noscript>\n";

}  // namespace

std::string report_html(const RunResult& result) {
    std::string body(navigation);
    body += verdict_html(result);
    body += findings_html(result);
    body += without_scripts;
    body += latency_html(result);
    body += calls_html(result);
    body += audio_html(result);
    body += checks_html(result);
    body += generator_html(result);
    body += janus_process_html(result);
    body += environment_html(result);
    const std::string title = fmt::format("{}: {}", result.run.scenario, name(result.verdict));
    const std::string data = fmt::format(
        "<script type=\"application/json\" id=\"data\">{}</script>\n<script>{}</script>\n"
        "<script>{}</script>\n",
        script_safe_json(chart_data_json(result)), chart_library(), page_script());
    return fill_template(page_template(), {{"title", xml_escape(title)},
                                           {"style", std::string(page_style())},
                                           {"body", body},
                                           {"scripts", data}});
}

}  // namespace janus_harness::reports
