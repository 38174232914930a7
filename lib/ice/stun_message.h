#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/datagram.h"

// STUN (RFC 8489) as ICE uses it: a thin layer over libnice's codec that keeps no state between
// calls and survives arbitrary bytes. Thread-safe.
namespace janus_harness::ice {

enum class StunClass { request, indication, success, error };

constexpr std::uint16_t kStunBinding = 0x001;

// The 96 bits after the magic cookie.
using TransactionId = std::array<std::uint8_t, 12>;

// What ICE reads of a STUN message; absent attributes are empty.
struct StunMessage {
    StunClass message_class = StunClass::request;
    std::uint16_t method = kStunBinding;
    TransactionId transaction_id{};
    std::string username;
    std::string software;
    std::string realm;
    std::string nonce;
    std::optional<std::uint32_t> priority;
    bool use_candidate = false;
    std::optional<std::uint64_t> ice_controlling;
    std::optional<std::uint64_t> ice_controlled;
    std::optional<SocketAddress> xor_mapped_address;
    std::optional<int> error_code;
    bool has_integrity = false;
    bool has_fingerprint = false;
    // Comprehension-required attributes that this codec does not know (RFC 8489 section 14).
    std::vector<std::uint16_t> unknown_attributes;
};

// The datagram as a STUN message, or nothing when it is not a well-formed one, has no magic cookie
// or carries a wrong FINGERPRINT. MESSAGE-INTEGRITY is not checked here.
std::optional<StunMessage> parse_stun(ByteView datagram);

// Whether MESSAGE-INTEGRITY is there and right for the short-term `password` (RFC 8489 9.1).
bool verify_short_term(ByteView datagram, std::string_view password);
// The same for the long-term mechanism, with the USERNAME and REALM of the message (9.2);
// `password` as it is after SASLprep / OpaqueString.
bool verify_long_term(ByteView datagram, std::string_view password);

// A connectivity check (RFC 8445 section 7.2.2).
struct ConnectivityCheck {
    TransactionId transaction_id{};
    std::string username{};  // "remote ufrag:local ufrag"
    std::uint32_t priority = 0;
    bool controlling = true;
    std::uint64_t tie_breaker = 0;
    bool use_candidate = false;
};

// Each gives a whole message with MESSAGE-INTEGRITY (when `password` is not empty) and FINGERPRINT.
Bytes encode_check(const ConnectivityCheck& check, std::string_view password);
Bytes encode_success(const TransactionId& id, const SocketAddress& mapped,
                     std::string_view password);
// `code` 300..699. `unknown_attributes` go into UNKNOWN-ATTRIBUTES, for 420.
Bytes encode_error(const TransactionId& id, int code, std::string_view password,
                   const std::vector<std::uint16_t>& unknown_attributes = {});

// The local ufrag a connectivity check is meant for (USERNAME up to the colon), so that agents can
// share a socket. Nothing when the datagram is not a check. Not authenticated.
std::optional<std::string> destination_ufrag(ByteView datagram);

}  // namespace janus_harness::ice
