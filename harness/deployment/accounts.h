#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace janus_harness::deployment {

// A SIP account: who a browser client or a phone registers as.
struct AccountRow {
    std::string username;      // user part of its address
    std::string authuser;      // user of digest authentication; the username when not given
    std::string secret;        // may be empty: a guest or a registrar that asks for none
    std::string display_name;  // may be empty
};

// Accounts from CSV (RFC 4180): a header row that names the columns in any order (username is
// required; authuser, secret, display_name), then a row an account. Empty lines and lines that
// begin with # are passed over. Error "accounts_syntax" with file:line and what was expected.
// `file_name` is for messages only.
Result<std::vector<AccountRow>> parse_accounts(std::string_view text, const std::string& file_name);
// The same from a file. Error "accounts_file" when it cannot be read.
Result<std::vector<AccountRow>> read_accounts(const std::string& path);

// Accounts for the harness's own registrar: "<prefix>-0001" and so on, secrets from the seed.
std::vector<AccountRow> generate_accounts(const std::string& prefix, std::size_t count,
                                          std::uint64_t seed);

}  // namespace janus_harness::deployment
