#include "sdp/explain.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "sdp/attribute_texts.h"
#include "sdp/field.h"
#include "sdp/raw_line.h"
#include "sdp/session_description.h"

namespace janus_harness::sdp {
namespace {

constexpr std::array plain_texts{
    std::pair{'i', "a title in words (RFC 8866 5.4)"},
    std::pair{'u', "where to read more about the session (RFC 8866 5.5)"},
    std::pair{'e', "an e-mail address to ask (RFC 8866 5.6)"},
    std::pair{'p', "a telephone number to ask (RFC 8866 5.6)"},
    std::pair{'r', "when the session repeats (RFC 8866 5.10)"},
    std::pair{'z', "time zone changes of the repetitions (RFC 8866 5.11)"},
    std::pair{'k', "an encryption key; obsolete, must not be used (RFC 8866 5.12)"},
};

std::string explain_version(std::string_view value) {
    return value == "0" ? "version of SDP, always 0 (RFC 8866 5.1)"
                        : "version of SDP; it must be 0 (RFC 8866 5.1)";
}

std::string explain_origin(std::string_view value) {
    const auto origin = parse_origin(value);
    if (!origin) {
        return "broken: an origin is <username> <sess-id> <sess-version> IN IP4|IP6 <address> (RFC "
               "8866 5.2)";
    }
    return fmt::format(
        "who made this: user '{}'{}, session {}, version {} (grows with each change), from {} "
        "address {} (RFC 8866 5.2)",
        origin->username, origin->username == "-" ? " (none)" : "", origin->session_id,
        origin->session_version, origin->address_type, origin->address);
}

std::string explain_name(std::string_view value) {
    const bool none = value == "-" || value == " ";
    return none ? "name of the session: none (RFC 8866 5.3)"
                : fmt::format("name of the session: '{}' (RFC 8866 5.3)", value);
}

std::string explain_timing(std::string_view value) {
    if (value == "0 0") return "from when to when: no limits (RFC 8866 5.9)";
    const auto start = take_field(value);
    return fmt::format("from NTP second {} to {} (RFC 8866 5.9)", start, value);
}

std::string explain_connection(std::string_view value) {
    const auto connection = parse_connection(value);
    if (!connection) return "broken: expected IN IP4|IP6 <address> (RFC 8866 5.7)";
    if (connection->address == "0.0.0.0") {
        return "media address: not known yet with ICE, or on hold without it (RFC 8866 5.7, RFC "
               "8839 4.2.1.2, RFC 3264 8.4)";
    }
    return fmt::format("where media is received: {} address {} (RFC 8866 5.7)",
                       connection->address_type, connection->address);
}

std::string explain_bandwidth(std::string_view value) {
    const auto type = take_field(value, ':');
    if (type == "TIAS") return fmt::format("at most {} bit/s of media (RFC 3890 6.2)", value);
    if (type == "AS") return fmt::format("at most {} kbit/s of media (RFC 8866 5.8)", value);
    return fmt::format("bandwidth of type {}: {} (RFC 8866 5.8)", type, value);
}

std::string explain_media(std::string_view value) {
    const auto media = take_field(value);
    const auto port = take_field(value);
    const auto protocol = take_field(value);
    if (protocol.empty()) {
        return "broken: expected <media> <port> <proto> <fmt> ... (RFC 8866 5.14)";
    }
    std::string where = fmt::format("on port {}", port);
    if (port == "0") where = "rejected (port 0)";
    if (port == "9") where = "port 9: the real one comes with the ICE candidates";
    return fmt::format(
        "a stream of {}, {}, over {}; formats in order of preference: {} (RFC 8866 "
        "5.14, RFC 3264 5.1)",
        media, where, protocol, value);
}

std::string explain_line(const RawLine& line) {
    if (!line.well_formed()) return "broken: a line is <type>=<value> (RFC 8866 5)";
    switch (line.type()) {
        case 'v':
            return explain_version(line.value());
        case 'o':
            return explain_origin(line.value());
        case 's':
            return explain_name(line.value());
        case 't':
            return explain_timing(line.value());
        case 'c':
            return explain_connection(line.value());
        case 'b':
            return explain_bandwidth(line.value());
        case 'm':
            return explain_media(line.value());
        case 'a': {
            const Line attribute{'a', std::string(line.value()), line.number};
            return explain_attribute(split_attribute(attribute));
        }
        default:
            break;
    }
    for (const auto& [type, text] : plain_texts) {
        if (type == line.type()) return text;
    }
    return "a type of line that RFC 8866 does not know; it is ignored (RFC 8866 5)";
}

}  // namespace

std::vector<ExplainedLine> explain(std::string_view sdp) {
    std::vector<ExplainedLine> lines;
    for (RawLineReader reader(sdp); const auto line = reader.next();) {
        lines.push_back({std::string(line->text), explain_line(*line)});
    }
    return lines;
}

}  // namespace janus_harness::sdp
