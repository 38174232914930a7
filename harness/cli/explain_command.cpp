#include "harness/cli/explain_command.h"

#include <fmt/format.h>
#include <rapidjson/document.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "harness/controller/exit_code.h"
#include "janus/mask_secrets.h"
#include "sdp/explain.h"

namespace janus_harness::cli {
namespace {

// The SDP inside a Janus message ({"jsep":{"sdp":…}} or {"sdp":…}); the text itself otherwise.
std::string sdp_of(const std::string& text) {
    rapidjson::Document document;
    document.Parse<rapidjson::kParseIterativeFlag>(text.c_str());
    if (document.HasParseError() || !document.IsObject()) return text;
    const rapidjson::Value* holder = &document;
    if (const auto jsep = document.FindMember("jsep");
        jsep != document.MemberEnd() && jsep->value.IsObject()) {
        holder = &jsep->value;
    }
    const auto sdp = holder->FindMember("sdp");
    if (sdp == holder->MemberEnd() || !sdp->value.IsString()) return {};
    return sdp->value.GetString();
}

}  // namespace

int explain_command(const std::string& file) {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    const std::string sdp = sdp_of(text.str());
    if (!stream || sdp.find("v=") == std::string::npos) {
        fmt::print(stderr,
                   "janus-harness: {}: neither an SDP (first line v=0) nor a Janus message with a "
                   "jsep\n",
                   file);
        return static_cast<int>(controller::ExitCode::usage);
    }
    for (const auto& line : sdp::explain(janus::mask_secrets(sdp))) {
        fmt::print("{}\n    {}\n", line.text, line.explanation);
    }
    return 0;
}

}  // namespace janus_harness::cli
