#include <algorithm>
#include <array>

#include "sdp/field.h"
#include "sdp/rule_context.h"

// Rules on the text itself (RFC 8866 5). They need no parsed description.
namespace janus_harness::sdp {
namespace {

std::string quoted(const RawLine& line) {
    return fmt::format("line {}: '{}'", line.number, line.text.substr(0, 80));
}

Outcome check_parses(const RuleContext& context) {
    Violations violations;
    if (context.description == nullptr) {
        violations.add("a session description", context.parse_error);
    }
    return violations.outcome();
}

Outcome check_line_ends(const RuleContext& context) {
    Violations violations;
    for (const RawLine& line : context.lines) {
        if (!line.crlf) violations.add("CR LF after every line", quoted(line));
    }
    return violations.outcome();
}

Outcome check_line_shape(const RuleContext& context) {
    Violations violations;
    for (const RawLine& line : context.lines) {
        const bool spaced = line.well_formed() && line.value().starts_with(' ') &&
                            line.type() != 's';  // "s= " is the empty session name (5.3)
        if (!line.well_formed() || spaced) {
            violations.add("<type>=<value> without space around '='", quoted(line));
        }
    }
    return violations.outcome();
}

Outcome check_line_order(const RuleContext& context) {
    constexpr std::string_view session_order = "vosiuepcbtrzka";
    constexpr std::string_view media_order = "micbka";
    Violations violations;
    std::string_view order = session_order;
    std::size_t reached = 0;
    for (const RawLine& line : context.lines) {
        if (!line.well_formed()) continue;
        if (line.type() == 'm') {
            order = media_order;
            reached = 0;
        }
        auto position = order.find(line.type());
        if (position == std::string_view::npos) {
            if (session_order.find(line.type()) != std::string_view::npos) {
                violations.add("session lines before the first m= line", quoted(line));
            }
            continue;
        }
        // r= and z= follow each t=, of which there may be several (5.9).
        if (line.type() == 't' && reached <= order.find('z'))
            position = std::max(position, reached);
        if (position < reached) {
            violations.add(fmt::format("lines in the order {}", order), quoted(line));
        }
        reached = std::max(reached, position);
    }
    return violations.outcome();
}

Outcome check_version(const RuleContext& context) {
    Violations violations;
    const bool first = !context.lines.empty() && context.lines.front().text == "v=0";
    if (!first) {
        violations.add("v=0 as the first line",
                       context.lines.empty() ? "no line" : quoted(context.lines.front()));
    }
    for (std::size_t i = 1; i < context.lines.size(); ++i) {
        if (context.lines[i].text.starts_with("v=")) {
            violations.add("one v= line", quoted(context.lines[i]));
        }
    }
    return violations.outcome();
}

Outcome check_session_lines(const RuleContext& context) {
    Violations violations;
    for (const char type : {'o', 's', 't'}) {
        std::size_t count = 0;
        for (const RawLine& line : context.lines) {
            if (line.well_formed() && line.type() == type) ++count;
        }
        if (count != 1)
            violations.add("one o=, one s= and one t= line",
                           fmt::format("{} {}= lines", count, type));
    }
    return violations.outcome();
}

// A numeric address, or labels of letters, digits and hyphens.
bool plausible_address(std::string_view address) {
    if (SocketAddress::from_ip(address, 0)) return true;
    return !address.empty() && address.front() != '.' && address.front() != '-' &&
           address.find_first_not_of(
               "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-") ==
               std::string_view::npos;
}

Outcome check_origin(const RuleContext& context) {
    Violations violations;
    for (const RawLine& line : context.lines) {
        if (!line.text.starts_with("o=")) continue;
        const auto origin = parse_origin(line.value());
        if (!origin || !plausible_address(origin->address)) {
            violations.add("o=<username> <sess-id> <sess-version> IN IP4|IP6 <address>",
                           quoted(line));
        }
    }
    return violations.outcome();
}

// token of RFC 8866 9.
bool is_token(std::string_view name) {
    for (const char c : name) {
        if (c <= ' ' || c > '~' ||
            std::string_view("\"(),/:;<=>?@[\\]").find(c) != std::string_view::npos) {
            return false;
        }
    }
    return !name.empty();
}

Outcome check_attribute_names(const RuleContext& context) {
    Violations violations;
    for (const RawLine& line : context.lines) {
        if (!line.text.starts_with("a=")) continue;
        const auto colon = line.value().find(':');
        const bool empty_value =
            colon != std::string_view::npos && colon + 1 == line.value().size();
        if (!is_token(line.value().substr(0, colon)) || empty_value) {
            violations.add("a=<name> or a=<name>:<value>", quoted(line));
        }
    }
    return violations.outcome();
}

// What Janus 1.1.2 makes of a line over 511 bytes: it loses its end, and the next line is its tail.
bool holds_another_line(std::string_view line) {
    constexpr std::array<std::string_view, 12> starts{
        "a=rtpmap:", "a=fmtp:",    "a=mid:",   "a=msid:", "a=ssrc:",  "a=candidate:",
        "a=extmap:", "a=rtcp-fb:", "a=setup:", "a=ice-",  "a=ptime:", "a=sendrecv"};
    for (auto at = line.find("a=", 1); at != std::string_view::npos; at = line.find("a=", at + 1)) {
        for (const auto start : starts) {
            if (line.substr(at).starts_with(start)) return true;
        }
    }
    return false;
}

Outcome check_lines_separate(const RuleContext& context) {
    Violations violations;
    for (const RawLine& line : context.lines) {
        if (line.text.starts_with("a=") && holds_another_line(line.text)) {
            violations.add(
                "one attribute a line",
                fmt::format("line {}: {} bytes, ends '{}'", line.number, line.text.size(),
                            line.text.substr(line.text.size() -
                                             std::min<std::size_t>(60, line.text.size()))));
        }
    }
    return violations.outcome();
}

constexpr std::array rules{
    RuleCheck{"parses", "The text is a session description.", "RFC 8866 5", Level::must,
              Applies::to_both, false, check_parses},
    RuleCheck{"line_ends", "Every line ends with CR LF.", "RFC 8866 5", Level::must,
              Applies::to_both, false, check_line_ends},
    RuleCheck{"line_shape", "Every line is <type>=<value>, without white space around the '='.",
              "RFC 8866 5", Level::must, Applies::to_both, false, check_line_shape},
    RuleCheck{"line_order", "The types of lines come in the fixed order.", "RFC 8866 5",
              Level::must, Applies::to_both, false, check_line_order},
    RuleCheck{"version", "v=0 is the first line and the only v= line.", "RFC 8866 5.1", Level::must,
              Applies::to_both, false, check_version},
    RuleCheck{"session_lines", "There is exactly one o=, one s= and one t= line.",
              "RFC 8866 5; RFC 3264 5", Level::must, Applies::to_both, false, check_session_lines},
    RuleCheck{"origin", "o= has its six fields, with a numeric address or a host name.",
              "RFC 8866 5.2", Level::must, Applies::to_both, false, check_origin},
    RuleCheck{"attribute_names", "Every attribute has a name, and a value if it has a colon.",
              "RFC 8866 5.13", Level::must, Applies::to_both, false, check_attribute_names},
    RuleCheck{"lines_separate", "No line holds the start of another one: none was cut and joined.",
              "RFC 8866 5", Level::must, Applies::to_both, false, check_lines_separate},
};

}  // namespace

std::span<const RuleCheck> syntax_rules() {
    return rules;
}

}  // namespace janus_harness::sdp
