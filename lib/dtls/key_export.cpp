#include "dtls/key_export.h"

#include <openssl/ssl.h>

#include <optional>
#include <string_view>

#include "core/byte_io.h"
#include "dtls/openssl_error.h"

namespace janus_harness::dtls {

namespace {

constexpr std::string_view kLabel = "EXTRACTOR-dtls_srtp";

std::optional<srtp::Profile> selected_profile(SSL* ssl) {
    const SRTP_PROTECTION_PROFILE* selected = SSL_get_selected_srtp_profile(ssl);
    if (selected == nullptr) return std::nullopt;
    for (const auto profile : srtp::all_profiles) {
        if (static_cast<unsigned long>(profile) == selected->id) return profile;
    }
    return std::nullopt;
}

Bytes take(ByteReader& reader, std::size_t length) {
    const ByteView bytes = reader.bytes(length).value();  // the block has exactly the right length
    return {bytes.begin(), bytes.end()};
}

}  // namespace

Result<SrtpKeys> export_srtp_keys(SSL* ssl) {
    const auto profile = selected_profile(ssl);
    if (!profile) return Error{"dtls_no_srtp_profile", "no SRTP profile in common with the peer"};
    const std::size_t key = srtp::master_key_length(*profile);
    const std::size_t salt = srtp::master_salt_length(*profile);
    Bytes block(2 * (key + salt));
    if (SSL_export_keying_material(ssl, block.data(), block.size(), kLabel.data(), kLabel.size(),
                                   nullptr, 0, 0) != 1) {
        return openssl_error("dtls_handshake", "cannot export the SRTP keys");
    }
    ByteReader reader(block);
    SrtpKeys keys;
    keys.profile = *profile;
    keys.client_write.key = take(reader, key);
    keys.server_write.key = take(reader, key);
    keys.client_write.salt = take(reader, salt);
    keys.server_write.salt = take(reader, salt);
    return keys;
}

}  // namespace janus_harness::dtls
