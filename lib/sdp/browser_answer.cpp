#include "sdp/browser_answer.h"

#include <algorithm>
#include <optional>

#include "core/text.h"
#include "sdp/browser_text.h"

namespace janus_harness::sdp {
namespace {

bool wanted(const RtpMap& map, const AnswerOptions& options) {
    const Codec* codec = find_codec(map.encoding_name);
    if (codec == nullptr) return false;
    if (codec->name == "telephone-event") {
        // Firefox knows it at 8000 Hz alone.
        return options.telephone_event &&
               (map.clock_rate == 8000 || options.persona == Persona::chrome);
    }
    return map.clock_rate == codec->clock_rate && map.channels == codec->channels &&
           std::ranges::any_of(options.codecs,
                               [&](const auto& name) { return iequals(name, codec->name); });
}

// Feedback is answered only if it was offered (RFC 4585 4.2).
bool offers_feedback(const MediaSection& offer, const RtpMap& map) {
    const auto feedback = fmt::format("{} transport-cc", map.payload_type);
    return std::ranges::any_of(
        offer.description().attributes("rtcp-fb"), [&](const Attribute& attribute) {
            return attribute.value == feedback || attribute.value == "* transport-cc";
        });
}

// The offer's numbers and order (RFC 3264 6.1); empty if no codec is common.
std::vector<BrowserFormat> common_formats(const MediaSection& offer, const AnswerOptions& options) {
    std::vector<BrowserFormat> formats;
    bool any_codec = false;
    for (const RtpMap& map : offer.rtpmaps()) {
        if (!wanted(map, options)) continue;
        any_codec = any_codec || !iequals(map.encoding_name, "telephone-event");
        formats.push_back({map.payload_type, map.encoding(), offers_feedback(offer, map)});
    }
    return any_codec ? formats : std::vector<BrowserFormat>{};
}

bool knows_extension(Persona persona, std::string_view uri) {
    return std::ranges::any_of(browser_extension_maps(persona),
                               [&](const std::string& map) { return map.ends_with(uri); });
}

// The offer's numbers, seen from our end (RFC 8285 6).
std::vector<std::string> common_extensions(const MediaSection& offer, Persona persona) {
    std::vector<std::string> maps;
    for (const ExtensionMap& map : offer.extension_maps()) {
        if (!knows_extension(persona, map.uri)) continue;
        const auto direction =
            map.direction ? fmt::format("/{}", to_string(reversed(*map.direction))) : "";
        maps.push_back(fmt::format("{}{} {}", map.id, direction, map.uri));
    }
    return maps;
}

Setup answered_setup(const MediaSection& offer, Setup choice) {
    if (offer.setup() == Setup::active) return Setup::passive;
    if (offer.setup() == Setup::passive) return Setup::active;
    return choice;
}

OfferOptions as_offer(const AnswerOptions& options, const MediaSection& offer) {
    OfferOptions ours;
    ours.persona = options.persona;
    ours.ice_ufrag = options.ice_ufrag;
    ours.ice_pwd = options.ice_pwd;
    ours.fingerprint_hash = options.fingerprint_hash;
    ours.fingerprint = options.fingerprint;
    ours.ssrc = options.ssrc;
    ours.cname = options.cname;
    ours.candidates = options.candidates;
    ours.end_of_candidates = options.end_of_candidates;
    ours.trickle = options.trickle;
    ours.session_id = options.session_id;
    ours.session_version = options.session_version;
    const auto wish = parse_direction(options.direction).value_or(Direction::sendrecv);
    ours.direction = to_string(intersection(wish, reversed(offer.direction())));
    ours.setup = to_string(answered_setup(offer, options.setup));
    ours.mid = offer.mid().value_or("");
    return ours;
}

bool bundled(const SessionDescription& offer, std::string_view mid) {
    const auto group = offer.bundle_group();
    return group && std::ranges::find(group->mids, mid) != group->mids.end();
}

// The audio section that the answer accepts.
std::optional<std::size_t> accepted_section(const SessionDescription& offer,
                                            const AnswerOptions& options) {
    for (std::size_t i = 0; i < offer.media.size(); ++i) {
        if (offer.media[i].media != "audio" || offer.media[i].rejected()) continue;
        if (!common_formats(offer.section(i), options).empty()) return i;
    }
    return std::nullopt;
}

void write_rejected(TextBuilder& text, const MediaSection& offer) {
    const MediaDescription& media = offer.description();
    text.line("m={} 0 {} {}", media.media, media.protocol,
              media.formats.empty() ? "0" : media.formats.front());
    text.line("c=IN IP4 0.0.0.0");
    text.line("a=inactive");
    if (const auto mid = offer.mid()) text.line("a=mid:{}", *mid);
}

}  // namespace

std::string make_answer(const SessionDescription& offer, const AnswerOptions& options) {
    TextBuilder text;
    const auto accepted = accepted_section(offer, options);
    const MediaDescription nothing;
    const MediaSection section = accepted ? offer.section(*accepted) : MediaSection(offer, nothing);
    const OfferOptions ours = as_offer(options, section);
    const bool bundle = accepted && bundled(offer, ours.mid);
    write_session(text, ours, {bundle ? ours.mid : "", offer.has_attribute("extmap-allow-mixed")});
    for (std::size_t i = 0; i < offer.media.size(); ++i) {
        if (i != accepted) {
            write_rejected(text, offer.section(i));
            continue;
        }
        write_audio(text, ours,
                    {common_formats(section, options), common_extensions(section, options.persona),
                     section.rtcp_mux()});
    }
    return text.take();
}

}  // namespace janus_harness::sdp
