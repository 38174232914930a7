#include "sdp/seed_offer.h"

#include <fmt/format.h>

#include "sdp/session_description.h"

namespace janus_harness::sdp {

std::string seed_offer_with(const SeedOfferCredentials& credentials) {
    auto parsed = SessionDescription::parse(seed_offer);
    SessionDescription& offer = parsed.value();
    offer.set_attribute("fingerprint",
                        credentials.fingerprint_hash + " " + credentials.fingerprint);
    MediaDescription& audio = offer.media.front();
    audio.set_attribute("ice-ufrag", credentials.ice_ufrag);
    audio.set_attribute("ice-pwd", credentials.ice_pwd);
    audio.set_attribute("ssrc", fmt::format("{} cname:{}", credentials.ssrc, credentials.cname));
    for (const Candidate& candidate : credentials.candidates) {
        audio.add_attribute("candidate", candidate.value());
    }
    if (credentials.end_of_candidates) audio.add_attribute("end-of-candidates");
    return offer.serialize();
}

}  // namespace janus_harness::sdp
