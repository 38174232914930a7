#include "sip/message_parser.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "core/text.h"

namespace janus_harness::sip {
namespace {

struct Head {
    std::string_view start_line;
    std::vector<Header> fields;
    std::string_view body;
};

Error syntax_error(std::string message) {
    return {"sip_syntax", std::move(message)};
}

// Takes one line and its line end off `text`.
std::string_view take_line(std::string_view& text) {
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

// RFC 3261 7.3.3 and the registered single letters of later RFCs.
std::string_view long_name(std::string_view name) {
    static constexpr std::array<std::pair<char, std::string_view>, 15> compact = {
        {{'v', "Via"},
         {'f', "From"},
         {'t', "To"},
         {'i', "Call-ID"},
         {'m', "Contact"},
         {'l', "Content-Length"},
         {'c', "Content-Type"},
         {'e', "Content-Encoding"},
         {'k', "Supported"},
         {'s', "Subject"},
         {'o', "Event"},
         {'u', "Allow-Events"},
         {'r', "Refer-To"},
         {'b', "Referred-By"},
         {'x', "Session-Expires"}}};
    if (name.size() != 1) return name;
    const char letter =
        name[0] >= 'A' && name[0] <= 'Z' ? static_cast<char>(name[0] + 32) : name[0];
    for (const auto& [short_form, full] : compact) {
        if (short_form == letter) return full;
    }
    return name;
}

// Adds a header line, or a folded continuation (7.3.1) to the line before. False when it is
// neither.
bool add_line(std::vector<Header>& fields, std::string_view line) {
    if (line[0] == ' ' || line[0] == '\t') {
        if (fields.empty()) return false;
        fields.back().value.append(" ").append(trim(line));
        return true;
    }
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return false;
    const auto name = trim(line.substr(0, colon));
    if (name.empty() || name.find_first_of(" \t") != std::string_view::npos) return false;
    fields.push_back({std::string(long_name(name)), std::string(trim(line.substr(colon + 1)))});
    return true;
}

Result<Head> split_head(std::string_view text) {
    Head head;
    while (text.starts_with("\r\n")) text.remove_prefix(2);  // RFC 3261 7.5
    head.start_line = take_line(text);
    while (!text.empty()) {
        const auto line = take_line(text);
        if (line.empty()) break;
        if (line.find('\0') != std::string_view::npos) return syntax_error("NUL byte in the head");
        if (!add_line(head.fields, line)) return syntax_error("a line that is no header field");
    }
    head.body = text;
    return head;
}

bool parse_status_line(std::string_view rest, Message& message) {
    const auto space = rest.find(' ');
    const auto status = parse_unsigned(rest.substr(0, space));
    if (!status || *status < 100 || *status > 699) return false;
    message.status = static_cast<int>(*status);
    if (space != std::string_view::npos) message.reason = std::string(rest.substr(space + 1));
    return true;
}

bool parse_request_line(std::string_view line, Message& message) {
    const auto parts = split(line, ' ');
    if (parts.size() != 3 || parts[0].empty() || parts[1].empty()) return false;
    if (!parts[2].starts_with("SIP/")) return false;
    message.method = std::string(parts[0]);
    if (!iequals(parts[2], "SIP/2.0")) message.defect = "SIP version";
    auto uri = Uri::parse(std::string(parts[1]));
    if (uri) {
        message.uri = std::move(*uri);
    } else {
        message.defect = "request-URI";
    }
    return true;
}

bool parse_start_line(std::string_view line, Message& message) {
    constexpr std::string_view version = "SIP/2.0 ";
    if (line.find('\0') != std::string_view::npos) return false;
    if (iequals(line.substr(0, version.size()), version)) {
        return parse_status_line(line.substr(version.size()), message);
    }
    return parse_request_line(line, message);
}

// Splits at commas outside quotes and angle brackets.
std::vector<std::string> split_values(std::string_view text) {
    std::vector<std::string> values;
    bool quoted = false;
    int depth = 0;
    std::size_t start = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted && c == '\\') {
            ++i;
        } else if (c == '"') {
            quoted = !quoted;
        } else if (!quoted && (c == '<' || c == '>')) {
            depth += c == '<' ? 1 : -1;
        } else if (!quoted && depth <= 0 && c == ',') {
            values.emplace_back(trim(text.substr(start, i - start)));
            start = i + 1;
        }
    }
    values.emplace_back(trim(text.substr(start)));
    return values;
}

template <typename T>
bool parse_list(std::string_view text, std::vector<T>& out) {
    for (const auto& value : split_values(text)) {
        auto item = T::parse(value);
        if (!item) return false;
        out.push_back(std::move(*item));
    }
    return true;
}

bool parse_number(std::string_view text, std::optional<std::uint32_t>& out) {
    const auto number = parse_unsigned(text);
    if (!number) return false;
    out = static_cast<std::uint32_t>(std::min<std::uint64_t>(*number, UINT32_MAX));
    return true;
}

template <typename T>
bool parse_once(const std::string& text, T& out, bool& seen) {
    auto value = T::parse(text);
    if (!value || seen) return false;
    seen = true;
    out = std::move(*value);
    return true;
}

struct Seen {
    bool from = false, to = false, call_id = false, cseq = false;
    std::optional<std::uint32_t> content_length;
};

bool parse_contact(const std::string& value, Message& message) {
    if (value != "*") return parse_list(value, message.contacts);
    message.contact_wildcard = true;
    return true;
}

bool parse_call_id(const std::string& value, Message& message, bool& seen) {
    if (seen || value.empty() || value.find_first_of(" \t") != std::string::npos) return false;
    seen = true;
    message.call_id = value;
    return true;
}

// False when a header that we interpret is malformed or stands twice where it must not.
bool parse_field(Header& field, Message& message, Seen& seen) {
    const auto is = [&](std::string_view name) { return iequals(field.name, name); };
    if (is("Via")) return parse_list(field.value, message.vias);
    if (is("From")) return parse_once(field.value, message.from, seen.from);
    if (is("To")) return parse_once(field.value, message.to, seen.to);
    if (is("Call-ID")) return parse_call_id(field.value, message, seen.call_id);
    if (is("CSeq")) return parse_once(field.value, message.cseq, seen.cseq);
    if (is("Contact")) return parse_contact(field.value, message);
    if (is("Route")) return parse_list(field.value, message.routes);
    if (is("Record-Route")) return parse_list(field.value, message.record_routes);
    if (is("Max-Forwards")) return parse_number(field.value, message.max_forwards);
    if (is("Expires")) return parse_number(field.value, message.expires);
    if (is("Content-Length")) return parse_number(field.value, seen.content_length);
    if (is("Content-Type")) {
        message.content_type = field.value;
    } else {
        message.headers.push_back(std::move(field));
    }
    return true;
}

void check_mandatory(const Seen& seen, Message& message) {
    const auto missing = [&](bool present, std::string_view name) {
        if (!present && message.defect.empty()) message.defect = fmt::format("missing {}", name);
    };
    missing(seen.from, "From");
    missing(seen.to, "To");
    missing(seen.call_id, "Call-ID");
    missing(seen.cseq, "CSeq");
    if (message.defect.empty() && message.is_request() && message.cseq.method != message.method) {
        message.defect = "CSeq method";
    }
}

void cut_body(std::string_view rest, const Seen& seen, Message& message) {
    const std::size_t length =
        seen.content_length.value_or(static_cast<std::uint32_t>(rest.size()));
    if (length > rest.size() && message.defect.empty()) message.defect = "Content-Length";
    message.body = std::string(rest.substr(0, length));
}

}  // namespace

Result<Message> parse_message(ByteView datagram) {
    if (datagram.size() > max_message_size) return syntax_error("longer than 65535 bytes");
    const std::string text(datagram.begin(), datagram.end());
    auto head = split_head(text);
    if (!head) return head.error();
    Message message;
    if (!parse_start_line(head->start_line, message)) return syntax_error("no SIP start line");
    Seen seen;
    for (auto& field : head->fields) {
        const std::string name = field.name;
        if (!parse_field(field, message, seen) && message.defect.empty()) message.defect = name;
    }
    if (message.vias.empty()) return syntax_error("no valid Via");
    check_mandatory(seen, message);
    cut_body(head->body, seen, message);
    return message;
}

}  // namespace janus_harness::sip
