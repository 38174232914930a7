#include "sdp/negotiation.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/text.h"
#include "sdp/field.h"

namespace janus_harness::sdp {
namespace {

constexpr std::uint32_t usual_ptime = 20;

// Formats that stand beside a codec and carry no audio of their own.
bool is_auxiliary(const RtpMap& map) {
    constexpr std::array<std::string_view, 4> names{"telephone-event", "CN", "red", "rtx"};
    return std::ranges::any_of(names, [&](auto name) { return iequals(name, map.encoding_name); });
}

const RtpMap* same_codec_in(const std::vector<RtpMap>& maps, const RtpMap& wanted) {
    const auto found =
        std::ranges::find_if(maps, [&](const RtpMap& map) { return map.same_codec(wanted); });
    return found == maps.end() ? nullptr : &*found;
}

bool on_hold(const MediaSection& section) {
    const auto connection = section.connection();
    return section.description().protocol == "RTP/AVP" && connection &&
           connection->address == "0.0.0.0";
}

std::optional<std::uint8_t> telephone_event(const std::vector<RtpMap>& local,
                                            const std::vector<RtpMap>& remote,
                                            std::uint32_t clock_rate) {
    std::optional<std::uint8_t> chosen;
    for (const RtpMap& map : remote) {
        const bool common =
            iequals(map.encoding_name, "telephone-event") && same_codec_in(local, map) != nullptr;
        if (!common) continue;
        if (map.clock_rate == clock_rate) return map.payload_type;
        if (!chosen) chosen = map.payload_type;
    }
    return chosen;
}

Result<NegotiatedAudio> negotiate_codec(const std::vector<RtpMap>& local,
                                        const std::vector<RtpMap>& remote) {
    for (const RtpMap& map : remote) {
        const RtpMap* ours = is_auxiliary(map) ? nullptr : same_codec_in(local, map);
        if (ours == nullptr) continue;
        NegotiatedAudio audio;
        audio.codec = map.encoding_name;
        audio.send_payload_type = map.payload_type;
        audio.receive_payload_type = ours->payload_type;
        audio.clock_rate = map.clock_rate;
        audio.channels = map.channels;
        audio.telephone_event_payload_type = telephone_event(local, remote, map.clock_rate);
        return audio;
    }
    return Error{"no_common_codec", "the audio sections of offer and answer share no codec"};
}

Result<NegotiatedAudio> negotiate_section(const MediaSection& local, const MediaSection& remote) {
    auto audio = negotiate_codec(local.rtpmaps(), remote.rtpmaps());
    if (!audio) return audio;
    const auto direction = intersection(local.direction(), reversed(remote.direction()));
    audio->send = sends(direction) && !on_hold(remote);
    audio->receive = receives(direction) && !on_hold(local);
    audio->ptime_ms = remote.ptime().value_or(usual_ptime);
    return audio;
}

Result<MediaSection> active_audio(const SessionDescription& description) {
    const auto audio = description.first_active("audio");
    if (audio) return *audio;
    return Error{"no_audio_section", "expected an m=audio line with a port, found none"};
}

std::optional<MediaSection> tagged_section(const SessionDescription& description) {
    if (const auto group = description.bundle_group(); group && !group->mids.empty()) {
        const auto tagged = description.section_with_mid(group->mids.front());
        if (tagged && !tagged->description().rejected()) return tagged;
    }
    for (const MediaSection& section : description.sections()) {
        if (!section.description().rejected()) return section;
    }
    return std::nullopt;
}

}  // namespace

Result<NegotiatedAudio> negotiate_audio(const SessionDescription& local,
                                        const SessionDescription& remote) {
    bool has_audio = false;
    const auto common = std::min(local.media.size(), remote.media.size());
    for (std::size_t i = 0; i < common; ++i) {
        if (local.media[i].media != "audio" || remote.media[i].media != "audio") continue;
        has_audio = true;
        if (local.media[i].rejected() || remote.media[i].rejected()) continue;
        return negotiate_section(local.section(i), remote.section(i));
    }
    if (has_audio) return Error{"audio_rejected", "the audio section has port 0"};
    return Error{"no_audio_section", "offer and answer have no m=audio line at the same place"};
}

Result<SocketAddress> rtp_address(const SessionDescription& description) {
    const auto audio = active_audio(description);
    if (!audio) return audio.error();
    const auto connection = audio->connection();
    if (!connection) {
        return Error{"no_connection_address", "expected a c= line for m=audio, found none"};
    }
    return SocketAddress::from_ip(connection->address, audio->description().port);
}

Result<SocketAddress> rtcp_address(const SessionDescription& description) {
    auto address = rtp_address(description);
    if (!address) return address;
    const auto audio = active_audio(description);
    if (audio->rtcp_mux()) return address;
    std::string_view value = audio->description().attribute("rtcp").value_or("");
    const auto port = parse_number<std::uint16_t>(take_field(value));
    if (!port) {
        address->set_port(static_cast<std::uint16_t>(address->port() + 1));
        return address;
    }
    const auto connection = parse_connection(value);
    if (connection) return SocketAddress::from_ip(connection->address, *port);
    address->set_port(*port);
    return address;
}

Result<TransportParameters> transport_parameters(const SessionDescription& description) {
    const auto section = tagged_section(description);
    if (!section) return Error{"no_active_section", "expected an m= line with a port, found none"};
    TransportParameters parameters;
    parameters.ice_ufrag = section->ice_ufrag();
    parameters.ice_pwd = section->ice_pwd();
    parameters.fingerprints = section->fingerprints();
    parameters.setup = section->setup();
    parameters.candidates = section->candidates();
    parameters.ice_lite = description.has_attribute("ice-lite");
    parameters.end_of_candidates = section->end_of_candidates();
    if (parameters.ice_ufrag.empty() || parameters.ice_pwd.empty()) {
        return Error{"ice_credentials_missing", "expected a=ice-ufrag and a=ice-pwd"};
    }
    if (parameters.fingerprints.empty()) {
        return Error{"fingerprint_missing", "expected a=fingerprint"};
    }
    return parameters;
}

}  // namespace janus_harness::sdp
