#pragma once

#include <string_view>

#include "core/result.h"

// Inside this module only.
namespace janus_harness::net {

// The Error for a CURLcode that is not CURLE_OK. `prefix` ("http" or "websocket") starts the code:
// prefix_bad_url, _resolve, _connect, _tls, _timeout, _reset, _transfer. `detail` is libcurl's
// error buffer, may be empty. `connected` tells a connect time-out from one of the request.
Error curl_error(std::string_view prefix, int code, std::string_view url, std::string_view detail,
                 bool connected);

}  // namespace janus_harness::net
