#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "core/balance.h"
#include "core/result.h"
#include "srtp/key_material.h"

namespace janus_harness::srtp {

// Room that a buffer needs behind a packet before protect_rtp() or protect_rtcp(), in bytes.
constexpr std::size_t kMaxTrailer = 32;

enum class Unprotect {
    ok,
    auth_failed,  // the tag is wrong: not from the peer, or altered
    replayed,     // the index was seen before, or is older than the replay window
    malformed,    // not an (S)RTP or (S)RTCP packet at all
};

// Whose code does the work; both do the same to a packet.
enum class Implementation {
    openssl,   // ours, on OpenSSL's ciphers: at the cipher's cost
    libsrtp2,  // the library, many times slower where it is built on NSS
};

// SRTP and SRTCP (RFC 3711, RFC 7714) of one DTLS association: all outgoing streams with the local
// key, all incoming streams, whatever their SSRCs, with the remote key. Packets are changed in
// place; the steady state allocates nothing (the first packet of a new SSRC may). Not thread-safe.
class Session {
  public:
    // `local` protects, `remote` unprotects. Errors: "srtp_key" (key or salt has not the profile's
    // length), "srtp_create".
    static Result<std::unique_ptr<Session>> create(
        Profile profile, const KeyMaterial& local, const KeyMaterial& remote,
        Implementation implementation = Implementation::openssl);
    virtual ~Session() = default;

    // `buffer` holds a plain packet of `length` bytes and room for kMaxTrailer more. On success
    // `length` is that of the protected packet. False when it is malformed, the room is too small
    // or the sequence number was used before (nothing may then be sent).
    virtual bool protect_rtp(std::span<std::uint8_t> buffer, std::size_t& length) = 0;
    virtual bool protect_rtcp(std::span<std::uint8_t> buffer, std::size_t& length) = 0;

    // `buffer` holds a protected packet of `length` bytes. On `ok`, and only then, `length` is that
    // of the plain packet and the bytes are its; otherwise the content is not to be used.
    virtual Unprotect unprotect_rtp(std::span<std::uint8_t> buffer, std::size_t& length) = 0;
    virtual Unprotect unprotect_rtcp(std::span<std::uint8_t> buffer, std::size_t& length) = 0;

  protected:
    Session();

  private:
    Counted counted_;
};

}  // namespace janus_harness::srtp
