#pragma once

#include <openssl/types.h>

#include "core/result.h"
#include "srtp/key_material.h"

namespace janus_harness::dtls {

struct SrtpKeys {
    srtp::Profile profile = srtp::Profile::aes_cm_128_hmac_sha1_80;
    srtp::KeyMaterial client_write;
    srtp::KeyMaterial server_write;
};

// The SRTP keys of a finished handshake (RFC 5764 section 4.2). Errors: "dtls_no_srtp_profile",
// "dtls_handshake".
Result<SrtpKeys> export_srtp_keys(SSL* ssl);

}  // namespace janus_harness::dtls
