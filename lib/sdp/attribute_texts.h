#pragma once

#include <string>

#include "sdp/section.h"

namespace janus_harness::sdp {

// What an attribute says, with its RFC section. An unknown one is named as such.
std::string explain_attribute(const Attribute& attribute);

}  // namespace janus_harness::sdp
