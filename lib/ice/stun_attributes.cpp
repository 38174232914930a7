#include "ice/stun_attributes.h"

#include <algorithm>
#include <array>

#include "core/byte_io.h"

namespace janus_harness::ice {

namespace {

constexpr std::uint32_t kMagicCookie = 0x2112a442;
constexpr std::size_t kHeader = 20;
constexpr std::uint16_t kMessageIntegrity = 0x0008;
constexpr std::uint16_t kFingerprint = 0x8028;
constexpr std::uint16_t kFirstOptional = 0x8000;

// MAPPED-ADDRESS, USERNAME, MESSAGE-INTEGRITY, ERROR-CODE, UNKNOWN-ATTRIBUTES, REALM, NONCE,
// MESSAGE-INTEGRITY-SHA256, PASSWORD-ALGORITHM, USERHASH, XOR-MAPPED-ADDRESS, PRIORITY,
// USE-CANDIDATE.
constexpr std::array<std::uint16_t, 13> kKnown{0x0001, 0x0006, 0x0008, 0x0009, 0x000a,
                                               0x0014, 0x0015, 0x001c, 0x001d, 0x001e,
                                               0x0020, 0x0024, 0x0025};

bool is_unknown(std::uint16_t type) {
    return type < kFirstOptional && std::find(kKnown.begin(), kKnown.end(), type) == kKnown.end();
}

bool is_header_right(ByteView datagram) {
    if (datagram.size() < kHeader || datagram[0] >> 6 != 0) return false;
    ByteReader reader(datagram);
    (void)reader.u16();
    const std::uint16_t length = *reader.u16();
    return *reader.u32() == kMagicCookie && length % 4 == 0 && kHeader + length == datagram.size();
}

// Takes one attribute in; false when it cannot be right.
bool note(StunLayout& layout, std::uint16_t type, std::size_t length) {
    if (layout.has_fingerprint) return false;
    if (type == kFingerprint) {
        layout.has_fingerprint = true;
        return length == 4;
    }
    if (type == kMessageIntegrity) {
        layout.has_integrity = true;
        return length == 20;
    }
    if (!layout.has_integrity && is_unknown(type)) layout.unknown_attributes.push_back(type);
    return true;
}

}  // namespace

std::optional<StunLayout> stun_layout(ByteView datagram) {
    if (!is_header_right(datagram)) return std::nullopt;
    StunLayout layout;
    ByteReader reader(datagram.subspan(kHeader));
    while (reader.remaining() > 0) {
        const auto type = reader.u16();
        const auto length = reader.u16();
        if (!type || !length) return std::nullopt;
        const std::size_t padded = (std::size_t{*length} + 3) / 4 * 4;
        if (!reader.bytes(padded) || !note(layout, *type, *length)) return std::nullopt;
    }
    return layout;
}

}  // namespace janus_harness::ice
