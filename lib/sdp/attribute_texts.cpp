#include "sdp/attribute_texts.h"

#include <fmt/format.h>

#include <array>

#include "sdp/candidate.h"
#include "sdp/codec.h"
#include "sdp/field.h"

namespace janus_harness::sdp {
namespace {

struct AttributeText {
    std::string_view name;
    std::string_view reference;
    std::string_view text;  // "{}" stands for the whole value; not used if there is a describe
    std::string (*describe)(std::string_view value);
};

std::string describe_fingerprint(std::string_view value) {
    const auto hash = take_field(value);
    return fmt::format("{} hash of the certificate that this end shows in its DTLS handshake",
                       hash);
}

std::string describe_group(std::string_view value) {
    const auto semantics = take_field(value);
    if (semantics == "BUNDLE") {
        return fmt::format("the sections with mid {} share one transport; the first is tagged",
                           value);
    }
    return fmt::format("group of type {}: mids {}", semantics, value);
}

std::string describe_ice_options(std::string_view value) {
    if (value.find("trickle") == std::string_view::npos)
        return fmt::format("ICE options {}", value);
    return fmt::format("ICE options {}: candidates may follow later, one by one", value);
}

std::string describe_rtpmap(std::string_view value) {
    const auto map = parse_rtpmap(value);
    if (!map) return "broken: expected <payload type> <name>/<clock rate>[/<channels>]";
    return fmt::format("payload type {} is {}: RTP clock {} Hz, channels {}", map->payload_type,
                       map->encoding_name, map->clock_rate, map->channels);
}

std::string describe_fmtp(std::string_view value) {
    const auto format = take_field(value);
    return fmt::format("parameters of format {}: {}", format, value);
}

std::string describe_extmap(std::string_view value) {
    std::string_view id = take_field(value);
    const auto number = take_field(id, '/');
    const auto direction = id.empty() ? "" : fmt::format(" ({})", id);
    return fmt::format("RTP header extension number {}{} is {}", number, direction, value);
}

std::string describe_setup(std::string_view value) {
    if (value == "actpass") return "DTLS role: this end will do either; the answer decides";
    if (value == "active") return "DTLS role: client, this end sends the ClientHello";
    if (value == "passive") return "DTLS role: server, this end waits for the ClientHello";
    if (value == "holdconn") return "no DTLS association for now";
    return "broken: expected actpass, active, passive or holdconn";
}

std::string describe_msid(std::string_view value) {
    const auto stream = take_field(value);
    const auto name = stream == "-" ? "no stream" : fmt::format("stream {}", stream);
    return value.empty() ? fmt::format("the media belongs to {}", name)
                         : fmt::format("the media belongs to {}, track {}", name, value);
}

std::string describe_ssrc(std::string_view value) {
    const auto ssrc = take_field(value);
    const auto attribute = take_field(value, ':');
    if (attribute == "cname") {
        return fmt::format("RTP source {} has the canonical name {}", ssrc, value);
    }
    return fmt::format("RTP source {}: {} is {}", ssrc, attribute, value);
}

std::string describe_candidate(std::string_view value) {
    const auto candidate = Candidate::parse(value);
    if (!candidate) return "broken: " + candidate.error().message;
    const auto related = candidate->related_address.empty()
                             ? ""
                             : fmt::format(", seen from {} port {}", candidate->related_address,
                                           candidate->related_port);
    return fmt::format("ICE candidate: {} {} port {} over {}, component {}, priority {}{}",
                       candidate->type, candidate->address, candidate->port, candidate->transport,
                       candidate->component, candidate->priority, related);
}

std::string describe_feedback(std::string_view value) {
    const auto format = take_field(value);
    return fmt::format("RTCP feedback '{}' for {}", value,
                       format == "*" ? "every format" : fmt::format("format {}", format));
}

// Keys stay out of explanations.
std::string describe_crypto(std::string_view value) {
    const auto tag = take_field(value);
    return fmt::format("SDES key {} for {}: an SRTP key in the SDP itself", tag, take_field(value));
}

constexpr std::array texts{
    AttributeText{"fingerprint", "RFC 8122 5", "", describe_fingerprint},
    AttributeText{"group", "RFC 5888 5, RFC 9143 7", "", describe_group},
    AttributeText{"ice-options", "RFC 8839 5.6, RFC 8840 4", "", describe_ice_options},
    AttributeText{"ice-ufrag", "RFC 8839 5.4", "ICE user name fragment of this end: {}", nullptr},
    AttributeText{"ice-pwd", "RFC 8839 5.4", "ICE password of this end, which checks STUN requests",
                  nullptr},
    AttributeText{"ice-lite", "RFC 8839 5.3", "this end answers ICE checks but makes none",
                  nullptr},
    AttributeText{"candidate", "RFC 8839 5.1", "", describe_candidate},
    AttributeText{"end-of-candidates", "RFC 8840 8.2", "no more candidates will follow", nullptr},
    AttributeText{"remote-candidates", "RFC 8839 5.2", "the other end's chosen candidates: {}",
                  nullptr},
    AttributeText{"mid", "RFC 5888 4", "name of this section: {}", nullptr},
    AttributeText{"msid", "RFC 8830 2", "", describe_msid},
    AttributeText{"msid-semantic", "draft-ietf-mmusic-msid, left out of RFC 8830",
                  "meaning of the stream identifiers: {}", nullptr},
    AttributeText{"sendrecv", "RFC 8866 6.7.2", "media is sent and received", nullptr},
    AttributeText{"sendonly", "RFC 8866 6.7.3", "media is sent only", nullptr},
    AttributeText{"recvonly", "RFC 8866 6.7.1", "media is received only", nullptr},
    AttributeText{"inactive", "RFC 8866 6.7.4", "media flows in no direction", nullptr},
    AttributeText{"rtpmap", "RFC 8866 6.6", "", describe_rtpmap},
    AttributeText{"fmtp", "RFC 8866 6.15", "", describe_fmtp},
    AttributeText{"extmap", "RFC 8285 8", "", describe_extmap},
    AttributeText{"extmap-allow-mixed", "RFC 8285 6",
                  "one-byte and two-byte header extensions may be mixed in one stream", nullptr},
    AttributeText{"setup", "RFC 4145 4, RFC 8842 5", "", describe_setup},
    AttributeText{"connection", "RFC 4145 5", "a {} transport connection is used", nullptr},
    AttributeText{"tls-id", "RFC 8842 4", "name of the DTLS association: {}", nullptr},
    AttributeText{"ssrc", "RFC 5576 4.1", "", describe_ssrc},
    AttributeText{"ssrc-group", "RFC 5576 4.2", "RTP sources that belong together: {}", nullptr},
    AttributeText{"rtcp", "RFC 3605 2.1", "where RTCP is received: {}", nullptr},
    AttributeText{"rtcp-mux", "RFC 5761 5.1.1", "RTP and RTCP share one port", nullptr},
    AttributeText{"rtcp-mux-only", "RFC 8858 3", "RTCP on a port of its own is not possible",
                  nullptr},
    AttributeText{"rtcp-rsize", "RFC 5506 5.1", "RTCP packets may be of reduced size", nullptr},
    AttributeText{"rtcp-fb", "RFC 4585 4.2", "", describe_feedback},
    AttributeText{"ptime", "RFC 8866 6.4", "a packet holds {} ms of audio", nullptr},
    AttributeText{"maxptime", "RFC 8866 6.5", "a packet holds at most {} ms of audio", nullptr},
    AttributeText{"silenceSupp", "RFC 3108 5.6.2.5", "silence suppression: {}", nullptr},
    AttributeText{"crypto", "RFC 4568 4", "", describe_crypto},
    AttributeText{"bundle-only", "RFC 9143 6", "this section exists only inside its BUNDLE group",
                  nullptr},
    AttributeText{"rid", "RFC 8851 4", "a restriction on a simulcast stream: {}", nullptr},
    AttributeText{"simulcast", "RFC 8853 5.1", "several versions of one source: {}", nullptr},
    AttributeText{"sctp-port", "RFC 8841 5", "SCTP port of the data channels: {}", nullptr},
    AttributeText{"max-message-size", "RFC 8841 6", "largest data channel message: {} bytes",
                  nullptr},
    AttributeText{"sctpmap", "draft-ietf-mmusic-sctp-sdp-07", "SCTP association of old: {}",
                  nullptr},
    AttributeText{"label", "RFC 4574 4", "label of the stream for the application: {}", nullptr},
    AttributeText{"framerate", "RFC 8866 6.13", "at most {} video frames a second", nullptr},
    AttributeText{"tool", "RFC 8866 6.3", "made by {}", nullptr},
};

std::string filled(std::string_view text, std::string_view value) {
    const auto gap = text.find("{}");
    std::string result(text.substr(0, gap));
    if (gap != std::string_view::npos) result.append(value).append(text.substr(gap + 2));
    return result;
}

}  // namespace

std::string explain_attribute(const Attribute& attribute) {
    for (const AttributeText& entry : texts) {
        if (entry.name != attribute.name) continue;
        const auto text = entry.describe != nullptr ? entry.describe(attribute.value)
                                                    : filled(entry.text, attribute.value);
        return fmt::format("{} ({})", text, entry.reference);
    }
    return fmt::format("attribute '{}', not known here: it is ignored (RFC 8866 5.13)",
                       attribute.name);
}

}  // namespace janus_harness::sdp
