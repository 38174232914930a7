#include <fmt/format.h>

#include "reports/html_page.h"
#include "reports/html_sections.h"
#include "reports/report_text.h"

namespace janus_harness::reports {
namespace {

// Rows of a name and what it is.
std::string facts(const std::vector<std::pair<std::string_view, std::string>>& rows) {
    std::string html = "<dl>\n";
    for (const auto& [name, value] : rows) {
        html += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", xml_escape(name), value);
    }
    return html + "</dl>\n";
}

std::string health_line(const GeneratorHealth& generator) {
    if (generator.valid && generator.send_lateness.empty() && generator.loop_lag.empty()) {
        return "<p class=\"muted\">The harness did not run long enough to be judged.</p>\n";
    }
    if (generator.valid) {
        return "<p><span class=\"badge passed\">kept up</span> The harness itself was in time: the "
               "figures speak of Janus.</p>\n";
    }
    return "<p><span class=\"badge invalid\">did not keep up</span> The harness itself did not do "
           "its part: the figures say nothing about Janus.</p>\n";
}

std::string lateness_table(const GeneratorHealth& generator) {
    HtmlTable table(summary_columns("ms"));
    const auto add = [&](std::string_view title, std::string_view meaning,
                         const metrics::Histogram& histogram) {
        std::vector<std::string> cells{
            fmt::format("{}<small>{}</small>", title, xml_escape(meaning))};
        const auto figures = summary_cells(&histogram, FigureKind::duration);
        cells.insert(cells.end(), figures.begin(), figures.end());
        table.row(cells);
    };
    add("send lateness", "RTP packet sent after its planned time", generator.send_lateness);
    add("loop lag", "timer fired after it was due", generator.loop_lag);
    return table.html();
}

std::string leftovers_text(const Leftovers& leftovers) {
    std::string text = fmt::format("{} sessions, {} handles", count_html(leftovers.janus_sessions),
                                   count_html(leftovers.janus_handles));
    return text;
}

std::string balance_text(const Leftovers& leftovers) {
    std::string text;
    for (const auto& [kind, count] : leftovers.balance) {
        if (count != 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, kind);
    }
    return text.empty() ? "nothing" : xml_escape(text);
}

std::string janus_text(const JanusInfo& janus) {
    std::string text = known_html(janus.version_string);
    if (janus.version) text += fmt::format(" ({})", *janus.version);
    if (!janus.sip_plugin_version.empty()) {
        text += ", SIP plugin " + xml_escape(janus.sip_plugin_version);
    }
    return text;
}

std::string machine_text(const Environment& environment) {
    if (environment.cores == 0 && environment.cpu_model.empty()) return unknown_html();
    return fmt::format("{} cores, {}", environment.cores, known_html(environment.cpu_model));
}

}  // namespace

std::string generator_html(const RunResult& result) {
    const GeneratorHealth& generator = result.generator;
    std::string html = health_line(generator);
    if (!generator.reasons.empty()) {
        html += "<ul>";
        for (const std::string& reason : generator.reasons) html += element("li", reason);
        html += "</ul>\n";
    }
    html += lateness_table(generator);
    html += facts(
        {{"CPU", fmt::format("{:.2f} s", generator.cpu_s)},
         {"CPU per second of call", generator.cpu_ms_per_call_s
                                        ? fmt::format("{:.3f} ms", *generator.cpu_ms_per_call_s)
                                        : unknown_html("not measured")},
         {"memory at most", generator.max_rss_bytes == 0 ? unknown_html("not measured")
                                                         : bytes_text(generator.max_rss_bytes)},
         {"workers", std::to_string(generator.workers)},
         {"packets that this machine refused to send", with_thousands(generator.packets_refused)},
         {"datagrams that our receive buffers dropped", with_thousands(generator.receive_drops)},
         {"dropped iterations", with_thousands(generator.dropped_iterations)},
         {"left on Janus", leftovers_text(result.leftovers)},
         {"left in the harness", balance_text(result.leftovers)}});
    return section("generator", "The generator", html);
}

std::string environment_html(const RunResult& result) {
    const RunInfo& run = result.run;
    std::string html = facts({{"run", known_html(run.id)},
                              {"scenario", known_html(run.scenario_file)},
                              {"seed", std::to_string(run.seed)},
                              {"Janus", janus_text(run.janus)},
                              {"URL", known_html(run.janus.url)},
                              {"harness", known_html(run.environment.harness_version)},
                              {"machine", machine_text(run.environment)},
                              {"kernel", known_html(run.environment.kernel)}});
    html += "<h3>To run the same again</h3>\n";
    html += run.command_line.empty() ? unknown_html() : element("pre", run.command_line);
    return section("environment", "Environment", html + "\n");
}

}  // namespace janus_harness::reports
