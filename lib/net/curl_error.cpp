#include "net/curl_error.h"

#include <curl/curl.h>
#include <fmt/format.h>

namespace janus_harness::net {
namespace {

std::string_view slug(CURLcode code, bool connected) {
    switch (code) {
        case CURLE_URL_MALFORMAT:
            return "bad_url";
        case CURLE_UNSUPPORTED_PROTOCOL:
            // Of a server that answered it means: not HTTP/1.
            return connected ? "transfer" : "bad_url";
        case CURLE_COULDNT_RESOLVE_HOST:
            return "resolve";
        case CURLE_COULDNT_CONNECT:
            return "connect";
        case CURLE_OPERATION_TIMEDOUT:
            return connected ? "timeout" : "connect";
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_CERTPROBLEM:
            return "tls";
        case CURLE_GOT_NOTHING:
        case CURLE_RECV_ERROR:
        case CURLE_SEND_ERROR:
        case CURLE_PARTIAL_FILE:
            return "reset";
        default:
            return "transfer";
    }
}

// Queries carry secrets (long polls of Janus), messages go to logs.
std::string_view without_query(std::string_view url) {
    return url.substr(0, url.find('?'));
}

}  // namespace

Error curl_error(std::string_view prefix, int code, std::string_view url, std::string_view detail,
                 bool connected) {
    const auto curl_code = static_cast<CURLcode>(code);
    if (detail.empty()) detail = curl_easy_strerror(curl_code);
    return Error{fmt::format("{}_{}", prefix, slug(curl_code, connected)),
                 fmt::format("{}: {}", without_query(url), detail)};
}

}  // namespace janus_harness::net
