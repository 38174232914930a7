#pragma once

#include <cstdint>
#include <span>

#include "core/datagram.h"

namespace janus_harness::srtp {

constexpr std::size_t kRtpHeader = 12;  // without CSRCs and extension (RFC 3550 5.1)
constexpr std::size_t kRtcpHeader = 8;  // with the sender's SSRC, never encrypted (RFC 3711 3.4)
constexpr std::size_t kIndexField = 4;  // E flag and SRTCP index

constexpr std::uint16_t load_u16(const std::uint8_t* bytes) {
    return static_cast<std::uint16_t>(bytes[0] << 8 | bytes[1]);
}
constexpr std::uint32_t load_u32(const std::uint8_t* bytes) {
    return std::uint32_t{load_u16(bytes)} << 16 | load_u16(bytes + 2);
}
constexpr void store_u32(std::uint8_t* bytes, std::uint32_t value) {
    for (int i = 0; i < 4; ++i) bytes[i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
}

constexpr void store_u48(std::uint8_t* bytes, std::uint64_t value) {
    for (int i = 0; i < 6; ++i) bytes[i] = static_cast<std::uint8_t>(value >> (40 - 8 * i));
}

constexpr std::uint16_t rtp_sequence_number(const std::uint8_t* packet) {
    return load_u16(packet + 2);
}
constexpr std::uint32_t rtp_ssrc(const std::uint8_t* packet) {
    return load_u32(packet + 8);
}
constexpr std::uint32_t rtcp_ssrc(const std::uint8_t* packet) {
    return load_u32(packet + 4);
}

// Bytes of fixed header, CSRCs and header extension (RFC 3550 5.1, 5.3.1), which SRTP does not
// encrypt. 0 when the packet ends before they do, or is of another version.
constexpr std::size_t rtp_header_length(ByteView packet) {
    if (packet.size() < kRtpHeader || packet[0] >> 6 != 2) return 0;
    std::size_t header = kRtpHeader + std::size_t{packet[0] & 0x0fU} * 4;
    if ((packet[0] & 0x10) != 0) {
        if (packet.size() < header + 4) return 0;
        header += 4 + std::size_t{load_u16(&packet[header + 2])} * 4;
    }
    return header <= packet.size() ? header : 0;
}

constexpr bool is_rtcp_header_whole(ByteView packet) {
    return packet.size() >= kRtcpHeader && packet[0] >> 6 == 2;
}

}  // namespace janus_harness::srtp
