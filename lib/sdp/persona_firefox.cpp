#include "sdp/browser_text.h"

// Firefox writes the attributes of a section in the order of their names, candidates first.
namespace janus_harness::sdp {
namespace {

std::string_view parameters(std::string_view encoding) {
    if (encoding.starts_with("opus/")) return "maxplaybackrate=48000;stereo=1;useinbandfec=1";
    if (encoding.starts_with("telephone-event/")) return "0-15";
    return {};
}

void write_formats_and_credentials(TextBuilder& text, const OfferOptions& options,
                                   const BrowserAudio& audio) {
    for (const std::string& map : audio.extension_maps) text.line("a=extmap:{}", map);
    for (const BrowserFormat& format : audio.formats) {
        const auto value = parameters(format.encoding);
        if (!value.empty()) text.line("a=fmtp:{} {}", format.payload_type, value);
    }
    text.line("a=ice-pwd:{}", options.ice_pwd);
    text.line("a=ice-ufrag:{}", options.ice_ufrag);
}

}  // namespace

void write_firefox_session(TextBuilder& text, const OfferOptions& options,
                           const BrowserSession& session) {
    text.line("v=0");
    text.line("o=mozilla...THIS_IS_SDPARTA-71.0 {} {} IN IP4 0.0.0.0", options.session_id,
              options.session_version);
    text.line("s=-");
    text.line("t=0 0");
    text.line("a=fingerprint:{} {}", options.fingerprint_hash, options.fingerprint);
    if (!session.bundled_mids.empty()) text.line("a=group:BUNDLE {}", session.bundled_mids);
    if (options.trickle) text.line("a=ice-options:trickle");
    text.line("a=msid-semantic:WMS *");
}

void write_firefox_audio(TextBuilder& text, const OfferOptions& options,
                         const BrowserAudio& audio) {
    const auto destination = default_destination(options);
    text.line("m=audio {} UDP/TLS/RTP/SAVPF{}", destination.port, format_list(audio.formats));
    text.line("c={}", destination.connection);
    for (const Candidate& candidate : options.candidates) {
        text.line("a=candidate:{}", candidate.value());
    }
    text.line("a={}", options.direction);
    if (options.end_of_candidates) text.line("a=end-of-candidates");
    write_formats_and_credentials(text, options, audio);
    if (!options.mid.empty()) text.line("a=mid:{}", options.mid);
    if (announces_stream(options)) {
        text.line("a=msid:{{{}}} {{{}}}", browser_uuid(options, 1), browser_uuid(options, 2));
    }
    if (audio.rtcp_mux) text.line("a=rtcp-mux");
    for (const BrowserFormat& format : audio.formats) {
        text.line("a=rtpmap:{} {}", format.payload_type, format.encoding);
    }
    text.line("a=setup:{}", options.setup);
    text.line("a=ssrc:{} cname:{}", options.ssrc, options.cname);
}

}  // namespace janus_harness::sdp
