#include "audio/mos.h"

#include <algorithm>

namespace janus_harness::audio {

namespace {

// R without delay and loss: all other parameters of G.107 at their defaults.
constexpr double kDefaultRating = 93.2;

struct Impairment {
    double equipment;   // Ie
    double robustness;  // Bpl, with concealment
    double bare;        // Bpl, without
};

// G.711: ITU-T G.113 Appendix I, packet loss at random. It lists neither Opus
// nor, on the narrowband scale, G.722. Both are taken as G.711: at the bitrates used here neither
// is heard as worse without loss, and both conceal gaps about as well.
constexpr Impairment kImpairments[kCodecKinds] = {
    {0, 25.1, 4.3},  // opus
    {0, 25.1, 4.3},  // pcmu
    {0, 25.1, 4.3},  // pcma
    {0, 25.1, 4.3},  // g722
};

// Id for an echo-free connection, as R. Cole and J. Rosenbluth fit it to G.107 ("Voice over IP
// performance monitoring", 2001): every ms costs, and more so beyond 177.3 ms.
double delay_impairment(double milliseconds) {
    return 0.024 * milliseconds + 0.11 * std::max(0.0, milliseconds - 177.3);
}

// Ie,eff of G.107, with BurstR = 1: loss at random.
double effective_equipment_impairment(const MosInput& input) {
    const Impairment& codec = kImpairments[static_cast<std::size_t>(input.codec)];
    const double loss_percent = std::clamp(input.loss_ratio, 0.0, 1.0) * 100;
    const double robustness = input.loss_concealment ? codec.robustness : codec.bare;
    return codec.equipment + (95 - codec.equipment) * loss_percent / (loss_percent + robustness);
}

}  // namespace

double transmission_rating(const MosInput& input) {
    const double delay = std::max(0.0, to_milliseconds(input.one_way_delay));
    const double rating =
        kDefaultRating - delay_impairment(delay) - effective_equipment_impairment(input);
    return std::max(0.0, rating);
}

double mean_opinion_score(double rating) {
    if (rating <= 0) return 1;
    if (rating >= 100) return 4.5;
    const double score = 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6;
    return std::max(1.0, score);
}

}  // namespace janus_harness::audio
