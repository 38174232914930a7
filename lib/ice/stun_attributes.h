#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/datagram.h"

namespace janus_harness::ice {

// Where the parts of a STUN message are (RFC 8489 sections 5 and 14).
struct StunLayout {
    bool has_integrity = false;
    bool has_fingerprint = false;
    // Comprehension-required types this codec does not know, of the attributes that count.
    std::vector<std::uint16_t> unknown_attributes;
};

// Checks what libnice's codec takes for granted: magic cookie, exact length, attributes within the
// message, a MESSAGE-INTEGRITY of 20 and a FINGERPRINT of 4 bytes, and nothing behind the latter.
// Nothing when the datagram is not such a message. Attributes between MESSAGE-INTEGRITY and
// FINGERPRINT are passed over (section 14.5).
std::optional<StunLayout> stun_layout(ByteView datagram);

}  // namespace janus_harness::ice
