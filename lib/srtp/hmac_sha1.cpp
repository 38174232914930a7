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
    Tag tag;
    SHA_CTX context;
    resume(context, inner_);
    SHA1_Update(&context, first.data(), first.size());
    SHA1_Update(&context, second.data(), second.size());
    SHA1_Final(tag.data(), &context);
    resume(context, outer_);
    SHA1_Update(&context, tag.data(), tag.size());
    SHA1_Final(tag.data(), &context);
    return tag;
}

}  // namespace janus_harness::srtp
