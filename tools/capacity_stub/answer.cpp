#include "tools/capacity_stub/answer.h"

#include <algorithm>
#include <vector>

#include "core/text.h"
#include "sdp/candidate.h"
#include "sdp/codec.h"
#include "sdp/text_builder.h"

namespace janus_harness::capacity_stub {
namespace {

bool is_telephone_event(const sdp::RtpMap& map) {
    return iequals(map.encoding_name, "telephone-event");
}

// The first codec we know and, if offered at 8000 Hz, telephone-event; empty if there is no codec.
std::vector<sdp::RtpMap> chosen_formats(const sdp::MediaSection& offer) {
    std::vector<sdp::RtpMap> chosen;
    const auto maps = offer.rtpmaps();
    const auto codec = std::ranges::find_if(maps, [](const sdp::RtpMap& map) {
        return !is_telephone_event(map) && sdp::find_codec(map.encoding_name) != nullptr;
    });
    if (codec == maps.end()) return chosen;
    chosen.push_back(*codec);
    const auto events = std::ranges::find_if(maps, [](const sdp::RtpMap& map) {
        return is_telephone_event(map) && map.clock_rate == 8000;
    });
    if (events != maps.end()) chosen.push_back(*events);
    return chosen;
}

std::optional<std::size_t> accepted_section(const sdp::SessionDescription& offer) {
    for (std::size_t i = 0; i < offer.media.size(); ++i) {
        const auto& media = offer.media[i];
        if (media.media == "audio" && !media.rejected() &&
            !chosen_formats(offer.section(i)).empty())
            return i;
    }
    return std::nullopt;
}

void write_session(sdp::TextBuilder& text, const sdp::SessionDescription& offer,
                   std::optional<std::string_view> mid, const AnswerParameters& parameters) {
    text.line("v=0");
    text.line("o=- {} 1 IN {} {}", parameters.session_id,
              parameters.address.is_ipv6() ? "IP6" : "IP4", parameters.address.ip());
    text.line("s=-");
    text.line("t=0 0");
    const auto group = offer.bundle_group();
    if (mid && group && std::ranges::find(group->mids, *mid) != group->mids.end()) {
        text.line("a=group:BUNDLE {}", *mid);
    }
    text.line("a=ice-options:trickle");
    text.line("a=fingerprint:sha-256 {}", parameters.fingerprint);
    if (offer.has_attribute("extmap-allow-mixed")) text.line("a=extmap-allow-mixed");
    text.line("a=msid-semantic: WMS *");
}

void write_formats(sdp::TextBuilder& text, const std::vector<sdp::RtpMap>& formats) {
    for (const sdp::RtpMap& format : formats) {
        text.line("a=rtpmap:{} {}", format.payload_type, format.encoding());
        if (is_telephone_event(format)) text.line("a=fmtp:{} 0-15", format.payload_type);
        if (iequals(format.encoding_name, "opus")) {
            text.line("a=fmtp:{} useinbandfec=1", format.payload_type);
        }
    }
}

void write_accepted(sdp::TextBuilder& text, const sdp::MediaSection& offer,
                    const AnswerParameters& parameters) {
    const auto formats = chosen_formats(offer);
    std::string numbers;
    for (const auto& format : formats) numbers += fmt::format(" {}", format.payload_type);
    const auto direction = sdp::reversed(offer.direction());
    text.line("m=audio {} {}{}", parameters.address.port(), offer.description().protocol, numbers);
    text.line("c=IN {} {}", parameters.address.is_ipv6() ? "IP6" : "IP4", parameters.address.ip());
    text.line("a={}", sdp::to_string(direction));
    if (const auto mid = offer.mid()) text.line("a=mid:{}", *mid);
    if (offer.rtcp_mux()) text.line("a=rtcp-mux");
    text.line("a=ice-ufrag:{}", parameters.ice_ufrag);
    text.line("a=ice-pwd:{}", parameters.ice_pwd);
    text.line("a=ice-options:trickle");
    text.line("a=setup:{}", offer.setup() == sdp::Setup::active ? "passive" : "active");
    write_formats(text, formats);
    if (sdp::sends(direction)) text.line("a=msid:janus janus0");
    text.line("a=ssrc:{} cname:janus", parameters.ssrc);
    text.line("a=candidate:{}", sdp::Candidate::host(parameters.address).value());
    text.line("a=end-of-candidates");
}

void write_rejected(sdp::TextBuilder& text, const sdp::MediaSection& offer) {
    const auto& media = offer.description();
    text.line("m={} 0 {} {}", media.media, media.protocol,
              media.formats.empty() ? "0" : media.formats.front());
    text.line("c=IN IP4 0.0.0.0");
    text.line("a=inactive");
    if (const auto mid = offer.mid()) text.line("a=mid:{}", *mid);
}

}  // namespace

std::optional<std::string> make_answer(const sdp::SessionDescription& offer,
                                       const AnswerParameters& parameters) {
    const auto accepted = accepted_section(offer);
    if (!accepted) return std::nullopt;
    sdp::TextBuilder text;
    write_session(text, offer, offer.section(*accepted).mid(), parameters);
    for (std::size_t i = 0; i < offer.media.size(); ++i) {
        if (i == accepted) {
            write_accepted(text, offer.section(i), parameters);
        } else {
            write_rejected(text, offer.section(i));
        }
    }
    return text.take();
}

}  // namespace janus_harness::capacity_stub
