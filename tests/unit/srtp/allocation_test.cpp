#include <doctest/doctest.h>
#include <openssl/crypto.h>

#include <cstdlib>
#include <new>

#include "packets.h"

// A packet allocates nothing, neither with `new` nor within OpenSSL, and a packet that nobody with
// the key has made leaves nothing behind.
namespace {

long allocations = 0;
std::size_t bytes = 0;

void* counted_malloc(std::size_t size, const char*, int) {
    ++allocations;
    return std::malloc(size);
}
void* counted_realloc(void* memory, std::size_t size, const char*, int) {
    ++allocations;
    return std::realloc(memory, size);
}
void counted_free(void* memory, const char*, int) {
    std::free(memory);
}

// Before OpenSSL allocates anything.
const bool counting = CRYPTO_set_mem_functions(counted_malloc, counted_realloc, counted_free) == 1;

}  // namespace

void* operator new(std::size_t size) {
    ++allocations;
    bytes += size;
    if (void* memory = std::malloc(size)) return memory;
    throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

namespace janus_harness::srtp {
namespace {

// Allocations while `packets` packets each way are protected and unprotected.
long allocations_of(Ends& ends, Kind kind, std::uint16_t first, int packets) {
    std::array<std::uint8_t, 172 + kMaxTrailer> buffer{};
    const long before = allocations;
    for (int i = 0; i < packets; ++i) {
        buffer = {0x80, 0x60, static_cast<std::uint8_t>((first + i) >> 8),
                  static_cast<std::uint8_t>(first + i)};
        std::size_t length = 172;
        const bool good = kind == Kind::rtp
                              ? ends.alice->protect_rtp(buffer, length) &&
                                    ends.bob->unprotect_rtp(buffer, length) == Unprotect::ok
                              : ends.alice->protect_rtcp(buffer, length) &&
                                    ends.bob->unprotect_rtcp(buffer, length) == Unprotect::ok;
        if (!good) return -1;
    }
    return allocations - before;
}

TEST_CASE("no packet allocates once its SSRC is known") {
    REQUIRE(counting);
    for (const Profile profile : all_profiles) {
        CAPTURE(profile_name(profile));
        Ends ends(profile, Implementation::openssl);
        for (const Kind kind : {Kind::rtp, Kind::rtcp}) {
            CHECK(allocations_of(ends, kind, 0, 1) >= 0);
            CHECK(allocations_of(ends, kind, 1, 3000) == 0);
        }
    }
}

TEST_CASE("invented SSRCs leave nothing behind") {
    Random random(3);
    for (const Profile profile : all_profiles) {
        CAPTURE(profile_name(profile));
        Ends ends(profile, Implementation::openssl);
        CHECK(allocations_of(ends, Kind::rtp, 0, 1) >= 0);
        CHECK(allocations_of(ends, Kind::rtcp, 0, 1) >= 0);
        std::array<std::uint8_t, 100> buffer{};
        const long before = allocations;
        bool all_refused = true;
        for (int i = 0; i < 5000; ++i) {
            for (auto& byte : buffer) byte = static_cast<std::uint8_t>(random());
            buffer[0] = 0x80;
            std::size_t length = buffer.size();
            const Unprotect verdict = i % 2 == 0 ? ends.bob->unprotect_rtp(buffer, length)
                                                 : ends.bob->unprotect_rtcp(buffer, length);
            all_refused = all_refused && verdict == Unprotect::auth_failed;
        }
        CHECK(all_refused);
        CHECK(allocations == before);
    }
}

// What makes thousands of sessions possible; libsrtp2 with NSS takes 36 to 60 KB.
TEST_CASE("a session is one small allocation") {
    for (const Profile profile : all_profiles) {
        CAPTURE(profile_name(profile));
        const KeyMaterial keys = material(profile, 1);
        auto warm = Session::create(profile, keys, keys);
        const long allocations_before = allocations;
        const std::size_t bytes_before = bytes;
        auto session = Session::create(profile, keys, keys);
        CHECK(allocations - allocations_before == 1);
        CHECK(bytes - bytes_before <= 1024);
    }
}

}  // namespace
}  // namespace janus_harness::srtp
