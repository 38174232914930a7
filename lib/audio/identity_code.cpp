#include "audio/identity_code.h"

namespace janus_harness::audio {

namespace {

constexpr int kIdDigits = 5;

// CRC-8 of SMBus (polynomial x^8 + x^2 + x + 1) over the id as three bytes.
std::uint8_t crc8(std::uint32_t stream_id) {
    std::uint8_t crc = 0xff;
    for (int shift = 16; shift >= 0; shift -= 8) {
        crc = static_cast<std::uint8_t>(crc ^ (stream_id >> shift & 0xff));
        for (int bit = 0; bit < 8; ++bit) {
            crc = static_cast<std::uint8_t>((crc & 0x80) != 0 ? crc << 1 ^ 0x07 : crc << 1);
        }
    }
    return crc;
}

}  // namespace

IdentityCode encode_identity(std::uint32_t stream_id) {
    stream_id &= kMaxStreamId;
    const std::uint32_t digits = stream_id << 8 | crc8(stream_id);
    IdentityCode code;
    code[0] = kSyncSymbol;
    for (std::size_t i = 1; i < kCodeSymbols; ++i) {
        code[i] = static_cast<std::uint8_t>(digits >> (4 * (kCodeSymbols - 1 - i)) & 0xf);
    }
    return code;
}

std::optional<std::uint32_t> decode_identity(const IdentityCode& code) {
    std::uint32_t stream_id = 0;
    for (std::size_t i = 1; i <= kIdDigits; ++i) stream_id = stream_id << 4 | (code[i] & 0xfU);
    if (encode_identity(stream_id) != code) return std::nullopt;
    return stream_id;
}

}  // namespace janus_harness::audio
