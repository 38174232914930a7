#pragma once

#include <array>
#include <cstdint>
#include <optional>

namespace janus_harness::audio {

// Identity audio says in tones which stream it is. A symbol is one of 17 tones and lasts 5 packets
// of 20 ms; a code word is the sync symbol, five hexadecimal digits of the stream's id and two of
// its CRC-8, and repeats every 40 packets (800 ms).
inline constexpr std::uint8_t kToneCount = 17;
inline constexpr std::uint8_t kSyncSymbol = 16;  // 0 to 15 are the digits
inline constexpr std::uint32_t kMaxStreamId = 0xfffff;
inline constexpr std::uint32_t kSymbolPackets = 5;
inline constexpr std::size_t kCodeSymbols = 8;
inline constexpr std::uint32_t kCodePackets = kSymbolPackets * kCodeSymbols;

using IdentityCode = std::array<std::uint8_t, kCodeSymbols>;

// Hz; `symbol` below kToneCount. Multiples of 50 Hz, so that a frame of 20 ms holds whole cycles
// and equal frames join without a click.
constexpr double tone_frequency(std::uint8_t symbol) {
    return 400.0 + 150.0 * symbol;
}

// Digits most significant first. Only the low 20 bits of `stream_id` count.
IdentityCode encode_identity(std::uint32_t stream_id);
// nullopt unless the first symbol is the sync, the others are digits and the CRC is right.
std::optional<std::uint32_t> decode_identity(const IdentityCode& code);

// The symbol that packet `index` of a stream carries.
constexpr std::uint8_t symbol_of_packet(const IdentityCode& code, std::uint64_t index) {
    return code[index % kCodePackets / kSymbolPackets];
}

}  // namespace janus_harness::audio
