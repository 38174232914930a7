#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "core/result.h"

namespace janus_harness::capacity_stub {

// One request of HTTP/1.1 (RFC 9112) in the bytes it came in; the views live as long as these.
struct HttpRequest {
    std::string_view method;
    std::string_view path;   // before the "?"
    std::string_view query;  // behind it
    std::string_view body;
    std::size_t size = 0;  // of the whole request
    bool keep_alive = true;
    bool upgrades_to_web_socket = false;
    std::string_view web_socket_key;
    std::string_view web_socket_protocols;  // comma-separated

    // "maxev" of "maxev=10&rid=5"; empty if it is not there.
    std::string_view parameter(std::string_view name) const;
};

// The request at the start of `bytes`: nullopt while it is not whole. Errors: "http_syntax",
// "http_too_large" (a head over 16 KiB, a body over 1 MiB), "http_body" (a body that is chunked).
std::optional<Result<HttpRequest>> parse_http_request(std::string_view bytes);

}  // namespace janus_harness::capacity_stub
