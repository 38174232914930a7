#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "sdp/candidate.h"
#include "sdp/codec.h"
#include "sdp/section.h"

namespace janus_harness::sdp {

enum class Direction { sendrecv, sendonly, recvonly, inactive };  // RFC 8866 6.7
std::string_view to_string(Direction direction);
std::optional<Direction> parse_direction(std::string_view name);
bool sends(Direction direction);
bool receives(Direction direction);
// The same flow seen from the other end.
Direction reversed(Direction direction);
// The most that both allow.
Direction intersection(Direction left, Direction right);

enum class Setup { actpass, active, passive, holdconn };  // RFC 4145 4
std::string_view to_string(Setup setup);
std::optional<Setup> parse_setup(std::string_view name);

struct Fingerprint {    // RFC 8122 5
    std::string hash;   // "sha-256", as written
    std::string value;  // "7A:59:...", as written
    bool operator==(const Fingerprint&) const = default;
};

struct FormatParameters {  // a=fmtp (RFC 8866 6.15)
    std::string format;
    std::string parameters;
    std::size_t line = 0;
};

struct ExtensionMap {  // a=extmap (RFC 8285 8)
    std::uint32_t id = 0;
    std::optional<Direction> direction;  // written as "2/recvonly"
    std::string uri;
    std::string attributes;  // what follows the URI
    std::size_t line = 0;
};

struct SourceAttribute {  // a=ssrc (RFC 5576 4.1)
    std::uint32_t ssrc = 0;
    std::string name;   // "cname", "msid"
    std::string value;  // empty if there is none
    std::size_t line = 0;
};

struct Connection {            // c= (RFC 8866 5.7), without TTL and number of addresses
    std::string address_type;  // "IP4" or "IP6"
    std::string address;
    bool operator==(const Connection&) const = default;
};
std::optional<Connection> parse_connection(std::string_view value);

// An m= line with the lines that belong to it.
struct MediaDescription : Section {
    std::string media;  // "audio", "video", "application" ...
    std::uint16_t port = 0;
    std::uint32_t port_count = 1;  // the "/2" of "m=audio 4000/2"
    std::string protocol;          // "UDP/TLS/RTP/SAVPF", "RTP/AVP"
    std::vector<std::string> formats;
    std::size_t line = 0;  // of the m= line

    // Port 0, unless the section stands for BUNDLE alone (RFC 9143 6).
    bool rejected() const { return port == 0 && !has_attribute("bundle-only"); }
    // "audio 9 UDP/TLS/RTP/SAVPF 109 0".
    std::string media_line() const;
};

// Reads one media description with the session level behind it, where the RFC of the attribute has
// the session level as its default. A view: the description must outlive it and not change.
// A malformed attribute line is treated as absent here; the rules (sdp/rules.h) report it.
class MediaSection {
  public:
    MediaSection(const Section& session, const MediaDescription& media)
        : session_(&session), media_(&media) {}

    const MediaDescription& description() const { return *media_; }
    const Section& session() const { return *session_; }

    std::optional<std::string_view> mid() const;  // RFC 5888 4
    Direction direction() const;  // own, else the session's, else sendrecv (RFC 8866 6.7)
    bool rtcp_mux() const;        // RFC 5761
    // RFC 8839 5.4; empty if absent.
    std::string_view ice_ufrag() const;
    std::string_view ice_pwd() const;
    std::optional<Setup> setup() const;
    // Own fingerprints; if it has none, the session's (RFC 8122 5).
    std::vector<Fingerprint> fingerprints() const;
    std::vector<Candidate> candidates() const;
    bool end_of_candidates() const;  // RFC 8840 8.2
    // Every payload type of the m= line that is mapped, in its order: a=rtpmap, or the static types
    // 0, 8 and 9.
    std::vector<RtpMap> rtpmaps() const;
    std::optional<RtpMap> rtpmap(std::uint8_t payload_type) const;
    // The first payload type of this encoding (name without case).
    std::optional<RtpMap> rtpmap(std::string_view encoding_name) const;
    std::optional<std::string_view> fmtp(std::uint8_t payload_type) const;
    std::vector<FormatParameters> format_parameters() const;
    std::vector<ExtensionMap> extension_maps() const;  // own, else the session's
    std::vector<SourceAttribute> sources() const;
    // Whole milliseconds; nullopt if absent or not a number (RFC 8866 6.4).
    std::optional<std::uint32_t> ptime() const;
    std::optional<Connection> connection() const;  // own, else the session's

  private:
    const Section* session_;
    const MediaDescription* media_;
};

}  // namespace janus_harness::sdp
