#pragma once

#include <string>
#include <vector>

#include "harness/scenario/actors.h"

namespace janus_harness::actors {

// Encoding names as SDP has them: "opus", "PCMU", "PCMA", "G722".
std::string codec_name(scenario::Codec codec);
std::vector<std::string> codec_names(const std::vector<scenario::Codec>& codecs);

}  // namespace janus_harness::actors
