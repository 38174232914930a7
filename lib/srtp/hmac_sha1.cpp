#include "srtp/hmac_sha1.h"

#include <openssl/sha.h>

// Only these functions of OpenSSL can start from a state that was kept.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace janus_harness::srtp {

namespace {

using Digest = std::array<std::uint32_t, 5>;

Digest after_key_block(std::span<const std::uint8_t> key, std::uint8_t pad) {
    std::array<std::uint8_t, SHA_CBLOCK> block;
    block.fill(pad);
    for (std::size_t i = 0; i < key.size(); ++i) block[i] ^= key[i];
    SHA_CTX context;
    SHA1_Init(&context);
    SHA1_Update(&context, block.data(), block.size());
    return {context.h0, context.h1, context.h2, context.h3, context.h4};
}

// As it was after one block.
void resume(SHA_CTX& context, const Digest& digest) {
    context.h0 = digest[0];
    context.h1 = digest[1];
    context.h2 = digest[2];
    context.h3 = digest[3];
    context.h4 = digest[4];
    context.Nl = SHA_CBLOCK * 8;
    context.Nh = 0;
    context.num = 0;
}

}  // namespace

HmacSha1::HmacSha1(std::span<const std::uint8_t, key_length> key)
    : inner_(after_key_block(key, 0x36)), outer_(after_key_block(key, 0x5c)) {}

HmacSha1::Tag HmacSha1::operator()(std::span<const std::uint8_t> first,
                                   std::span<const std::uint8_t> second) const {
    SHA_CTX context;
    resume(context, inner_);
    SHA1_Update(&context, first.data(), first.size());
    SHA1_Update(&context, second.data(), second.size());
    // The outer hash has one block more: this digest, padded as SHA-1 does.
    std::array<std::uint8_t, SHA_CBLOCK> block{};
    SHA1_Final(block.data(), &context);
    block[SHA_DIGEST_LENGTH] = 0x80;
    constexpr unsigned bits = (SHA_CBLOCK + SHA_DIGEST_LENGTH) * 8;
    block[SHA_CBLOCK - 2] = bits >> 8;
    block[SHA_CBLOCK - 1] = bits & 0xff;
    resume(context, outer_);
    SHA1_Transform(&context, block.data());
    return Tag({context.h0, context.h1, context.h2, context.h3, context.h4});
}

void HmacSha1::Tag::write(std::span<std::uint8_t> out) const {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = byte(i);
}

bool HmacSha1::Tag::matches(std::span<const std::uint8_t> expected) const {
    unsigned difference = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) difference |= byte(i) ^ expected[i];
    return difference == 0;
}

}  // namespace janus_harness::srtp
