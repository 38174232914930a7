#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sdp/browser_offer.h"
#include "sdp/session_description.h"

namespace janus_harness::sdp {

struct AnswerOptions {
    Persona persona = Persona::firefox;
    // Encoding names that we can do; the answer keeps the offer's order and numbers.
    std::vector<std::string> codecs{"opus", "G722", "PCMU", "PCMA"};
    std::string ice_ufrag;
    std::string ice_pwd;
    std::string fingerprint_hash = "sha-256";
    std::string fingerprint;
    std::uint32_t ssrc = 0;
    std::string cname;
    std::vector<Candidate> candidates;
    bool end_of_candidates = false;
    bool trickle = true;
    std::uint64_t session_id = 0;
    std::uint64_t session_version = 0;
    std::string direction = "sendrecv";  // what we want; narrowed to what the offer allows
    Setup setup = Setup::active;  // active or passive; follows the offer if it is not actpass
    bool telephone_event = true;
};

// A browser's answer (RFC 8829 5.3.1): the offer's m= lines in order; the first audio section with
// a common codec is accepted, every other is rejected with port 0. If no section has a common codec
// all are rejected.
std::string make_answer(const SessionDescription& offer, const AnswerOptions& options);

}  // namespace janus_harness::sdp
