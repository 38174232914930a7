#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace janus_harness::json {

// The candidate that somebody who wrote `written` may have meant (optimal string alignment
// distance, ASCII case ignored, at most a third of the letters wrong), or none.
std::optional<std::string> nearest(std::string_view written,
                                   std::span<const std::string> candidates);
// `, did you mean "codecs"?`, or nothing.
std::string did_you_mean(std::string_view written, std::span<const std::string> candidates);
// `"a", "b", "c"`.
std::string quoted_list(std::span<const std::string> names);

}  // namespace janus_harness::json
