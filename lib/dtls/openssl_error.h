#pragma once

#include <string>
#include <string_view>

#include "core/result.h"

namespace janus_harness::dtls {

// Empties this thread's OpenSSL error queue into one line, the oldest error first.
std::string take_openssl_errors();

// An Error with what OpenSSL says of the call that just failed.
Error openssl_error(std::string_view code, std::string_view what);

}  // namespace janus_harness::dtls
