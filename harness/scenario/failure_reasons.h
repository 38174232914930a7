#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace janus_harness::scenario {

// The slugs under which a failed call or iteration is counted (calls.failures in result.json).
// "<code>" stands for a number: registration_failed_401, call_failed_404, attach_failed_460.
const std::vector<std::string>& failure_reasons();
bool is_failure_reason(std::string_view reason);

}  // namespace janus_harness::scenario
