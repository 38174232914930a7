#include "harness/actors/codec_names.h"

namespace janus_harness::actors {

std::string codec_name(scenario::Codec codec) {
    switch (codec) {
        case scenario::Codec::opus:
            return "opus";
        case scenario::Codec::pcmu:
            return "PCMU";
        case scenario::Codec::pcma:
            return "PCMA";
        case scenario::Codec::g722:
            return "G722";
    }
    return "PCMU";
}

std::vector<std::string> codec_names(const std::vector<scenario::Codec>& codecs) {
    std::vector<std::string> names;
    for (const auto codec : codecs) names.push_back(codec_name(codec));
    return names;
}

}  // namespace janus_harness::actors
