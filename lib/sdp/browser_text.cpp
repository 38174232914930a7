#include "sdp/browser_text.h"

#include <optional>

#include "core/random.h"
#include "core/text.h"
#include "sdp/media_section.h"

namespace janus_harness::sdp {
namespace {

bool is_firefox(const OfferOptions& options) {
    return options.persona == Persona::firefox;
}

BrowserFormat browser_format(const Codec& codec, bool firefox) {
    const std::uint8_t opus_payload_type = firefox ? 109 : 111;
    RtpMap map{codec.static_payload_type.value_or(opus_payload_type), std::string(codec.name),
               codec.clock_rate, codec.channels, 0};
    // Firefox names the single channel of these two, and only of these two.
    const bool names_channel = firefox && codec.name == "G722";
    return {map.payload_type, map.encoding() + (names_channel ? "/1" : ""), true};
}

void add_telephone_event(std::vector<BrowserFormat>& formats, bool firefox, bool with_opus) {
    if (firefox) {
        formats.push_back({101, "telephone-event/8000/1", true});
        return;
    }
    if (with_opus) formats.push_back({110, "telephone-event/48000", true});
    formats.push_back({126, "telephone-event/8000", true});
}

}  // namespace

std::vector<BrowserFormat> browser_formats(const OfferOptions& options) {
    std::vector<BrowserFormat> formats;
    bool with_opus = false;
    for (const std::string& name : options.codecs) {
        const Codec* codec = find_codec(name);
        if (codec == nullptr || codec->name == "telephone-event") continue;
        with_opus = with_opus || codec->name == "opus";
        formats.push_back(browser_format(*codec, is_firefox(options)));
    }
    if (options.telephone_event) add_telephone_event(formats, is_firefox(options), with_opus);
    return formats;
}

const std::vector<std::string>& browser_extension_maps(Persona persona) {
    static const std::vector<std::string> firefox{
        "1 urn:ietf:params:rtp-hdrext:ssrc-audio-level",
        "2/recvonly urn:ietf:params:rtp-hdrext:csrc-audio-level",
        "3 urn:ietf:params:rtp-hdrext:sdes:mid"};
    static const std::vector<std::string> chrome{
        "1 urn:ietf:params:rtp-hdrext:ssrc-audio-level",
        "2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
        "3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
        "4 urn:ietf:params:rtp-hdrext:sdes:mid"};
    return persona == Persona::firefox ? firefox : chrome;
}

void write_session(TextBuilder& text, const OfferOptions& options, const BrowserSession& session) {
    const auto write = is_firefox(options) ? write_firefox_session : write_chrome_session;
    write(text, options, session);
    text.lines(options.extra_session_lines);
}

void write_audio(TextBuilder& text, const OfferOptions& options, const BrowserAudio& audio) {
    const auto write = is_firefox(options) ? write_firefox_audio : write_chrome_audio;
    write(text, options, audio);
    text.lines(options.extra_media_lines);
}

DefaultDestination default_destination(const OfferOptions& options) {
    if (options.candidates.empty()) return {};
    const Candidate& candidate = options.candidates.front();
    const auto address = candidate.socket_address();
    if (!address) return {};
    return {candidate.port,
            fmt::format("IN {} {}", address->is_ipv6() ? "IP6" : "IP4", candidate.address)};
}

std::string format_list(const std::vector<BrowserFormat>& formats) {
    std::string list;
    for (const BrowserFormat& format : formats) list += fmt::format(" {}", format.payload_type);
    return list;
}

bool announces_stream(const OfferOptions& options) {
    return sends(parse_direction(options.direction).value_or(Direction::sendrecv));
}

std::string browser_uuid(const OfferOptions& options, std::uint64_t which) {
    Random random = Random(options.session_id ^ options.ssrc).fork(which);
    constexpr std::string_view digits = "0123456789abcdef";
    const auto first = random.text(8, digits);
    const auto second = random.text(4, digits);
    const auto third = random.text(3, digits);
    const auto fourth = random.text(3, digits);
    const auto fifth = random.text(12, digits);
    return fmt::format("{}-{}-4{}-a{}-{}", first, second, third, fourth, fifth);  // version 4
}

}  // namespace janus_harness::sdp
