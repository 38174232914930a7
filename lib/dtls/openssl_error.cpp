#include "dtls/openssl_error.h"

#include <fmt/format.h>
#include <openssl/err.h>

#include <array>

namespace janus_harness::dtls {

std::string take_openssl_errors() {
    std::string text;
    while (const unsigned long error = ERR_get_error()) {
        std::array<char, 256> line{};
        ERR_error_string_n(error, line.data(), line.size());
        if (!text.empty()) text += "; ";
        text += line.data();
    }
    return text;
}

Error openssl_error(std::string_view code, std::string_view what) {
    return {std::string(code), fmt::format("{}: {}", what, take_openssl_errors())};
}

}  // namespace janus_harness::dtls
