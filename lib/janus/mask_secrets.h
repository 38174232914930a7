#pragma once

#include <string>
#include <string_view>

namespace janus_harness::janus {

// `text` (JSON, or plain SIP or SDP text) with every secret replaced by "***": the values of
// secret, ha1_secret, apisecret, admin_secret and token, a=ice-pwd, the key of a=crypto, and the
// response of Authorization and Proxy-Authorization headers. Works on broken JSON too, and on URLs
// with ?apisecret= and token=. For logs and reports.
std::string mask_secrets(std::string_view text);

}  // namespace janus_harness::janus
