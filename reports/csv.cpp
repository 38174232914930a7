#include "reports/csv.h"

namespace janus_harness::reports {
namespace {

std::string csv_cell(const std::string& cell) {
    if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;
    std::string quoted = "\"";
    for (const char character : cell) {
        if (character == '"') quoted += '"';
        quoted += character;
    }
    return quoted + '"';
}

// Takes one cell from the front of `text`, and leaves what ended it there.
std::string take_cell(std::string_view& text) {
    std::string cell;
    bool quoted = !text.empty() && text.front() == '"';
    if (quoted) text.remove_prefix(1);
    while (!text.empty()) {
        const char character = text.front();
        if (quoted && text.starts_with("\"\"")) {
            text.remove_prefix(1);
        } else if (quoted && character == '"') {
            quoted = false;
            text.remove_prefix(1);
            continue;
        } else if (!quoted && (character == ',' || character == '\n' || character == '\r')) {
            break;
        }
        cell += character;
        text.remove_prefix(1);
    }
    return cell;
}

}  // namespace

std::string csv_line(const CsvRow& cells) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i > 0) line += ',';
        line += csv_cell(cells[i]);
    }
    return line + "\r\n";
}

std::vector<CsvRow> parse_csv(std::string_view text) {
    std::vector<CsvRow> rows;
    while (!text.empty()) {
        CsvRow& row = rows.emplace_back();
        row.push_back(take_cell(text));
        while (text.starts_with(',')) {
            text.remove_prefix(1);
            row.push_back(take_cell(text));
        }
        text.remove_prefix(text.starts_with("\r\n") ? 2 : text.empty() ? 0 : 1);
    }
    return rows;
}

}  // namespace janus_harness::reports
