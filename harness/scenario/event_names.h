#pragma once

#include <string>
#include <vector>

namespace janus_harness::scenario {

// The events a step of a browser actor may expect: those of the SIP plugin by their own names, and
// what Janus's core or the PeerConnection tells.
const std::vector<std::string>& browser_events();
// The events a step of a SIP actor may expect.
const std::vector<std::string>& sip_events();

}  // namespace janus_harness::scenario
