#pragma once

#include "audio/codec.h"
#include "core/time.h"

namespace janus_harness::audio {

// How listeners would rate a conversation, by the E-model (ITU-T G.107) reduced to what a network
// changes: R = 93.2 - Id(delay) - Ie,eff(codec, loss).
struct MosInput {
    CodecKind codec = CodecKind::pcmu;
    // Mouth to ear, one way: the network's delay with packetization and jitter buffer.
    Duration one_way_delay{};
    double loss_ratio = 0;         // 0 to 1, lost and late packets, assumed to fall at random
    bool loss_concealment = true;  // the listener's decoder fills gaps (G.711 Appendix I)
};

// R, 0 to 93.2.
double transmission_rating(const MosInput& input);
// MOS-CQE of a rating (G.107 Annex B): 1 to 4.5.
double mean_opinion_score(double rating);
inline double estimate_mos(const MosInput& input) {
    return mean_opinion_score(transmission_rating(input));
}

}  // namespace janus_harness::audio
