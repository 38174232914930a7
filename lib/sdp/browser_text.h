#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sdp/browser_offer.h"
#include "sdp/codec.h"
#include "sdp/text_builder.h"

// How the two browsers write what an offer and an answer have in common.
namespace janus_harness::sdp {

struct BrowserFormat {
    std::uint8_t payload_type = 0;
    std::string encoding;            // "opus/48000/2"
    bool transport_feedback = true;  // Chrome's rtcp-fb transport-cc for opus
};

struct BrowserAudio {
    std::vector<BrowserFormat> formats;
    std::vector<std::string> extension_maps;  // values of a=extmap
    bool rtcp_mux = true;
};

struct BrowserSession {
    std::string bundled_mids;      // space-separated; empty: no BUNDLE group
    bool mixed_extensions = true;  // Chrome's extmap-allow-mixed
};

// What the persona offers for these codecs, and the header extensions it knows.
std::vector<BrowserFormat> browser_formats(const OfferOptions& options);
const std::vector<std::string>& browser_extension_maps(Persona persona);

void write_session(TextBuilder& text, const OfferOptions& options, const BrowserSession& session);
void write_audio(TextBuilder& text, const OfferOptions& options, const BrowserAudio& audio);

// The two personas, in their own files.
void write_firefox_session(TextBuilder& text, const OfferOptions& options,
                           const BrowserSession& session);
void write_firefox_audio(TextBuilder& text, const OfferOptions& options, const BrowserAudio& audio);
void write_chrome_session(TextBuilder& text, const OfferOptions& options,
                          const BrowserSession& session);
void write_chrome_audio(TextBuilder& text, const OfferOptions& options, const BrowserAudio& audio);

// The same for both.
struct DefaultDestination {  // RFC 8839 4.2.1.2; port 9 at 0.0.0.0 while there is no candidate
    std::uint16_t port = 9;
    std::string connection = "IN IP4 0.0.0.0";
};
DefaultDestination default_destination(const OfferOptions& options);
std::string format_list(const std::vector<BrowserFormat>& formats);  // " 109 9 0"
bool announces_stream(const OfferOptions& options);  // a=msid stands only where media is sent
// Stream or track identifiers in the browsers' shape, always the same for the same options.
std::string browser_uuid(const OfferOptions& options, std::uint64_t which);

}  // namespace janus_harness::sdp
