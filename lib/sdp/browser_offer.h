#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sdp/candidate.h"

namespace janus_harness::sdp {

// Whose SDP ours looks like: its lines, their order and its payload types.
enum class Persona { firefox, chrome };

struct OfferOptions {
    Persona persona = Persona::firefox;
    // Encoding names in order of preference: "opus", "PCMU", "PCMA", "G722"; others are left out.
    std::vector<std::string> codecs{"opus", "G722", "PCMU", "PCMA"};
    std::string ice_ufrag;  // 4 to 256 ice-chars
    std::string ice_pwd;    // 22 to 256 ice-chars
    std::string fingerprint_hash = "sha-256";
    std::string fingerprint;  // "7A:59:..."
    std::uint32_t ssrc = 0;
    std::string cname;
    std::vector<Candidate> candidates;  // inline; the first gives the default address and port
    bool end_of_candidates = false;
    bool trickle = true;  // writes ice-options:trickle
    std::uint64_t session_id = 0;
    std::uint64_t session_version = 0;  // changes so far; Chrome writes it plus 2
    std::string direction = "sendrecv";
    std::string setup = "actpass";
    std::string mid = "0";  // at most 16 characters, or Janus refuses the offer
    bool telephone_event = true;
    std::string extra_session_lines;  // whole lines with CRLF, appended to the session level
    std::string extra_media_lines;    // whole lines with CRLF, appended to the audio section
};

// An offer of one audio section as that browser writes it. Pure: the same options, the same text.
std::string make_offer(const OfferOptions& options);

}  // namespace janus_harness::sdp
