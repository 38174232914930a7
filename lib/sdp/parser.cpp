#include <fmt/format.h>

#include <utility>

#include "sdp/field.h"
#include "sdp/raw_line.h"
#include "sdp/session_description.h"

namespace janus_harness::sdp {
namespace {

Error syntax_error(std::size_t line, std::string_view expected, std::string_view found) {
    return {"sdp_syntax",
            fmt::format("line {}: expected {}, found '{}'", line, expected, found.substr(0, 80))};
}

// "audio 49170/2 RTP/AVP 0 8"
std::optional<MediaDescription> parse_media_line(std::string_view value) {
    MediaDescription media;
    media.media = take_field(value);
    std::string_view port_field = take_field(value);
    const auto port = parse_number<std::uint16_t>(take_field(port_field, '/'));
    const auto count = port_field.empty() ? 1 : parse_number<std::uint32_t>(port_field).value_or(0);
    media.protocol = take_field(value);
    while (!value.empty()) {
        if (const auto format = take_field(value); !format.empty()) {
            media.formats.emplace_back(format);
        }
    }
    if (media.media.empty() || !port || count < 1 || media.protocol.empty()) return std::nullopt;
    media.port = *port;
    media.port_count = count;
    return media;
}

// "start stop", NTP seconds (RFC 8866 5.9).
bool is_timing(std::string_view value) {
    return all_digits(take_field(value)) && all_digits(value);
}

class Parser {
  public:
    Result<SessionDescription> parse(std::string_view text) {
        for (RawLineReader reader(text); const auto line = reader.next();) {
            if (auto added = add(*line); !added) return added.error();
        }
        if (auto complete = require_session_lines(); !complete) return complete.error();
        return std::move(description_);
    }

  private:
    Result<void> add(const RawLine& line) {
        ++count_;
        if (!line.well_formed()) return syntax_error(line.number, "<type>=<value>", line.text);
        if (line.number == 1 && line.text != "v=0") {
            return syntax_error(1, "v=0 (RFC 8866 5.1)", line.text);
        }
        if (line.type() == 'm') return add_media(line);
        if (auto valid = check_value(line); !valid) return valid;
        Section& section = current();
        section.lines.push_back({line.type(), std::string(line.value()), line.number});
        return {};
    }

    Section& current() {
        if (description_.media.empty()) return description_;
        return description_.media.back();
    }

    Result<void> add_media(const RawLine& line) {
        auto media = parse_media_line(line.value());
        if (!media) {
            return syntax_error(line.number, "m=<media> <port> <proto> <fmt> ... (RFC 8866 5.14)",
                                line.text);
        }
        media->line = line.number;
        description_.media.push_back(std::move(*media));
        return {};
    }

    static Result<void> check_value(const RawLine& line) {
        const auto value = line.value();
        if (line.type() == 'o' && !parse_origin(value)) {
            return syntax_error(
                line.number,
                "o=<username> <sess-id> <sess-version> IN IP4|IP6 <address> (RFC 8866 5.2)",
                line.text);
        }
        if (line.type() == 'c' && !parse_connection(value)) {
            return syntax_error(line.number, "c=IN IP4|IP6 <address> (RFC 8866 5.7)", line.text);
        }
        if (line.type() == 't' && !is_timing(value)) {
            return syntax_error(line.number, "t=<start> <stop> (RFC 8866 5.9)", line.text);
        }
        return {};
    }

    Result<void> require_session_lines() const {
        if (count_ == 0) return syntax_error(1, "v=0 (RFC 8866 5.1)", "");
        for (const auto& [type, expected] :
             {std::pair{'o', "o=... (RFC 8866 5.2)"}, std::pair{'s', "s=... (RFC 8866 5.3)"}}) {
            if (description_.find(type) != nullptr) continue;
            const auto first_media =
                description_.media.empty() ? count_ + 1 : description_.media.front().line;
            const auto found = description_.media.empty() ? "the end" : "m=...";
            return syntax_error(first_media, std::string(expected) + " before it", found);
        }
        return {};
    }

    SessionDescription description_;
    std::size_t count_ = 0;
};

}  // namespace

Result<SessionDescription> SessionDescription::parse(std::string_view text) {
    return Parser().parse(text);
}

}  // namespace janus_harness::sdp
