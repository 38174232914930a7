#include "srtp/counter_mode.h"

#include <algorithm>
#include <cstring>

#include "srtp/packet_layout.h"

namespace janus_harness::srtp {

namespace {

// A whole UDP payload of the usual size at a time.
constexpr std::size_t kBlocksAtOnce = 96;
using Keystream = std::array<std::uint8_t, kBlocksAtOnce * kAesBlock>;

void fill_with_counters(Keystream& keystream, const CounterBlock& first, std::uint32_t count,
                        std::size_t blocks) {
    for (std::size_t i = 0; i < blocks; ++i) {
        std::uint8_t* const block = keystream.data() + i * kAesBlock;
        std::memcpy(block, first.data(), kAesBlock - 4);
        store_u32(block + kAesBlock - 4, count + static_cast<std::uint32_t>(i));
    }
}

void xor_bytes(const std::uint8_t* in, const std::uint8_t* keystream, std::uint8_t* out,
               std::size_t length) {
    std::size_t i = 0;
    for (; i + 8 <= length; i += 8) {
        std::uint64_t text = 0;
        std::uint64_t mask = 0;
        std::memcpy(&text, in + i, 8);
        std::memcpy(&mask, keystream + i, 8);
        text ^= mask;
        std::memcpy(out + i, &text, 8);
    }
    for (; i < length; ++i) out[i] = static_cast<std::uint8_t>(in[i] ^ keystream[i]);
}

}  // namespace

void xor_keystream(const AesBlockCipher& cipher, const CounterBlock& counter,
                   const std::uint8_t* in, std::uint8_t* out, std::size_t length) {
    Keystream keystream;
    std::uint32_t count = load_u32(&counter[kAesBlock - 4]);
    while (length > 0) {
        const std::size_t part = std::min(length, keystream.size());
        const std::size_t blocks = (part + kAesBlock - 1) / kAesBlock;
        fill_with_counters(keystream, counter, count, blocks);
        cipher.encrypt(keystream.data(), keystream.data(), blocks);
        xor_bytes(in, keystream.data(), out, part);
        count += static_cast<std::uint32_t>(blocks);
        in += part;
        out += part;
        length -= part;
    }
}

}  // namespace janus_harness::srtp
