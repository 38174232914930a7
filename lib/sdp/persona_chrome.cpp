#include "sdp/browser_text.h"

namespace janus_harness::sdp {
namespace {

// Chrome's first description has version 2.
constexpr std::uint64_t first_version = 2;

void write_transport(TextBuilder& text, const OfferOptions& options) {
    text.line("a=rtcp:9 IN IP4 0.0.0.0");
    for (const Candidate& candidate : options.candidates) {
        text.line("a=candidate:{}", candidate.value());
    }
    if (options.end_of_candidates) text.line("a=end-of-candidates");
    text.line("a=ice-ufrag:{}", options.ice_ufrag);
    text.line("a=ice-pwd:{}", options.ice_pwd);
    if (options.trickle) text.line("a=ice-options:trickle");
    text.line("a=fingerprint:{} {}", options.fingerprint_hash, options.fingerprint);
    text.line("a=setup:{}", options.setup);
}

void write_formats(TextBuilder& text, const std::vector<BrowserFormat>& formats) {
    for (const BrowserFormat& format : formats) {
        text.line("a=rtpmap:{} {}", format.payload_type, format.encoding);
        if (!format.encoding.starts_with("opus/")) continue;
        if (format.transport_feedback) {
            text.line("a=rtcp-fb:{} transport-cc", format.payload_type);
        }
        text.line("a=fmtp:{} minptime=10;useinbandfec=1", format.payload_type);
    }
}

}  // namespace

void write_chrome_session(TextBuilder& text, const OfferOptions& options,
                          const BrowserSession& session) {
    text.line("v=0");
    text.line("o=- {} {} IN IP4 127.0.0.1", options.session_id,
              first_version + options.session_version);
    text.line("s=-");
    text.line("t=0 0");
    if (!session.bundled_mids.empty()) text.line("a=group:BUNDLE {}", session.bundled_mids);
    if (session.mixed_extensions) text.line("a=extmap-allow-mixed");
    if (announces_stream(options)) {
        text.line("a=msid-semantic: WMS {}", browser_uuid(options, 1));
    } else {
        text.line("a=msid-semantic: WMS");
    }
}

void write_chrome_audio(TextBuilder& text, const OfferOptions& options, const BrowserAudio& audio) {
    const auto destination = default_destination(options);
    text.line("m=audio {} UDP/TLS/RTP/SAVPF{}", destination.port, format_list(audio.formats));
    text.line("c={}", destination.connection);
    write_transport(text, options);
    if (!options.mid.empty()) text.line("a=mid:{}", options.mid);
    for (const std::string& map : audio.extension_maps) text.line("a=extmap:{}", map);
    text.line("a={}", options.direction);
    const auto stream = fmt::format("{} {}", browser_uuid(options, 1), browser_uuid(options, 2));
    if (announces_stream(options)) text.line("a=msid:{}", stream);
    if (audio.rtcp_mux) text.line("a=rtcp-mux");
    write_formats(text, audio.formats);
    if (!announces_stream(options)) return;
    text.line("a=ssrc:{} cname:{}", options.ssrc, options.cname);
    text.line("a=ssrc:{} msid:{}", options.ssrc, stream);
}

}  // namespace janus_harness::sdp
