#include "sdp/browser_offer.h"

#include "sdp/browser_text.h"

namespace janus_harness::sdp {

std::string make_offer(const OfferOptions& options) {
    TextBuilder text;
    write_session(text, options, {options.mid, true});
    write_audio(text, options,
                {browser_formats(options), browser_extension_maps(options.persona), true});
    return text.take();
}

}  // namespace janus_harness::sdp
