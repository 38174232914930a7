#include "harness/deployment/accounts.h"

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <optional>
#include <sstream>

#include "core/random.h"
#include "core/text.h"

namespace janus_harness::deployment {
namespace {

constexpr std::array<std::string_view, 4> column_names{"username", "authuser", "secret",
                                                       "display_name"};

Error syntax(const std::string& file, std::size_t line, std::string_view message) {
    return {"accounts_syntax", fmt::format("{}:{}: {}", file, line, message)};
}

// Reads records of a CSV text; a quoted field may hold commas, doubled quotes and line breaks.
class CsvReader {
  public:
    CsvReader(std::string_view text, const std::string& file) : text_(text), file_(file) {}

    bool at_end() const { return position_ >= text_.size(); }
    std::size_t line() const { return line_; }

    Result<std::vector<std::string>> record() {
        std::vector<std::string> fields;
        for (;;) {
            auto field = peek() == '"' ? quoted() : plain();
            if (!field) return field.error();
            fields.push_back(std::move(field).value());
            if (peek() != ',') break;
            ++position_;
        }
        if (peek() == '\r') ++position_;
        if (!at_end() && peek() != '\n') {
            return syntax(file_, line_,
                          "expected a comma or the end of the line after a quoted field");
        }
        ++position_;
        ++line_;
        return fields;
    }

  private:
    char peek() const { return at_end() ? '\0' : text_[position_]; }

    Result<std::string> plain() {
        const std::size_t begin = position_;
        while (!at_end() && peek() != ',' && peek() != '\n') ++position_;
        return std::string(trim(text_.substr(begin, position_ - begin)));
    }

    Result<std::string> quoted() {
        const std::size_t first_line = line_;
        std::string value;
        for (++position_; !at_end(); ++position_) {
            if (peek() == '"') {
                ++position_;
                if (peek() != '"') return value;
            }
            if (peek() == '\n') ++line_;
            value += peek();
        }
        return syntax(file_, first_line, "a quoted field is not closed");
    }

    std::string_view text_;
    const std::string& file_;
    std::size_t position_ = 0;
    std::size_t line_ = 1;
};

using Columns = std::array<std::optional<std::size_t>, column_names.size()>;

Result<Columns> parse_header(const std::vector<std::string>& header, const std::string& file,
                             std::size_t line) {
    Columns columns;
    for (std::size_t field = 0; field < header.size(); ++field) {
        std::size_t column = 0;
        while (column < column_names.size() && !iequals(header[field], column_names[column]))
            ++column;
        if (column == column_names.size()) {
            return syntax(file, line,
                          fmt::format("unknown column \"{}\"; allowed: username, authuser, secret, "
                                      "display_name",
                                      header[field]));
        }
        columns[column] = field;
    }
    if (!columns[0]) return syntax(file, line, "the header row has no column \"username\"");
    return columns;
}

bool is_blank(const std::vector<std::string>& fields) {
    return fields.size() == 1 && (fields[0].empty() || fields[0].front() == '#');
}

}  // namespace

Result<std::vector<AccountRow>> parse_accounts(std::string_view text, const std::string& file) {
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    CsvReader reader(text, file);
    std::optional<Columns> columns;
    std::size_t width = 0;
    std::vector<AccountRow> accounts;
    while (!reader.at_end()) {
        const std::size_t line = reader.line();
        const auto record = reader.record();
        if (!record) return record.error();
        const auto& fields = record.value();
        if (is_blank(fields) || (!fields[0].empty() && fields[0].front() == '#')) continue;
        if (!columns) {
            const auto header = parse_header(fields, file, line);
            if (!header) return header.error();
            columns = header.value();
            width = fields.size();
            continue;
        }
        if (fields.size() != width) {
            return syntax(
                file, line,
                fmt::format("{} fields where the header row has {}", fields.size(), width));
        }
        const auto value = [&](std::size_t column) {
            return (*columns)[column] ? fields[*(*columns)[column]] : std::string();
        };
        AccountRow row{value(0), value(1), value(2), value(3)};
        if (row.username.empty()) return syntax(file, line, "the username is empty");
        if (row.authuser.empty()) row.authuser = row.username;
        accounts.push_back(std::move(row));
    }
    if (!columns) return syntax(file, 1, "the header row is missing");
    return accounts;
}

Result<std::vector<AccountRow>> read_accounts(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    if (!file || !(text << file.rdbuf())) {
        return Error{"accounts_file", fmt::format("{}: cannot be read, or is empty", path)};
    }
    return parse_accounts(text.str(), path);
}

std::vector<AccountRow> generate_accounts(const std::string& prefix, std::size_t count,
                                          std::uint64_t seed) {
    std::vector<AccountRow> accounts;
    accounts.reserve(count);
    Random random(seed);
    for (std::size_t i = 1; i <= count; ++i) {
        const std::string name = fmt::format("{}-{:04}", prefix, i);
        accounts.push_back({name, name, random.token(16), ""});
    }
    return accounts;
}

}  // namespace janus_harness::deployment
