#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

// Messages of Janus's admin API, as far as balances of sessions and handles need them.
namespace janus_harness::janus {

// The body of a POST; `verb` is "list_sessions", "list_handles" or "handle_info".
std::string admin_request(std::string_view verb, std::string_view transaction,
                          std::string_view admin_secret);

// The ids in `member` ("sessions" or "handles") of an answer. Errors "admin_rejected" (code and
// reason of Janus), "admin_answer" (not what the API promises).
Result<std::vector<std::uint64_t>> parse_admin_ids(std::string_view answer, const char* member);

// `info` of the answer to handle_info, as JSON text. Errors as above.
Result<std::string> parse_admin_handle_info(std::string_view answer);

}  // namespace janus_harness::janus
