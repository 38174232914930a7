#pragma once

#include <memory>

#include "core/random.h"
#include "srtp/session.h"

// Keys, packets and sessions that the tests of SRTP share.
namespace janus_harness::srtp {

Bytes random_bytes(Random& random, std::size_t length);
// The same for the same seed.
KeyMaterial material(Profile profile, std::uint64_t seed);

Bytes rtp(std::uint16_t sequence, std::uint32_t ssrc = 0x11223344, std::size_t payload = 160);
Bytes sender_report(std::uint32_t ssrc = 0x11223344);

// One of the two packet kinds of a Session.
enum class Kind { rtp, rtcp };

// Empty when it is refused.
Bytes protect(Session& session, Kind kind, Bytes packet);
// On ok `packet` becomes the plain one; otherwise its length stays.
Unprotect unprotect(Session& session, Kind kind, Bytes& packet);

// Two ends of one association.
struct Ends {
    Ends(Profile profile, Implementation implementation);
    std::unique_ptr<Session> alice;
    std::unique_ptr<Session> bob;
};

}  // namespace janus_harness::srtp
