#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace janus_harness::sdp {

struct ExplainedLine {
    std::string text;         // the line without its end
    std::string explanation;  // what it says, with the values named, and the RFC section
};

// Every line of an SDP, broken ones included, in order. An empty last line is left out.
std::vector<ExplainedLine> explain(std::string_view sdp);

}  // namespace janus_harness::sdp
