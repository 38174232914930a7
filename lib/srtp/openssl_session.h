#pragma once

#include "srtp/packet_layout.h"
#include "srtp/replay_window.h"
#include "srtp/session.h"
#include "srtp/stream_table.h"

namespace janus_harness::srtp {

// Session on OpenSSL's AES, SHA-1 and GHASH. `Protection` is CounterModeProtection or
// GcmProtection. A session is its keys and windows and nothing else, less than 1 KB in one piece,
// and a packet touches few lines of it: with thousands of sessions, what has to come from memory
// costs more than the ciphers do. The windows are as wide as Libsrtp2Session's.
template <typename Protection>
class OpensslSession final : public Session {
  public:
    // The key material has the profile's lengths. Error: "srtp_create".
    static Result<std::unique_ptr<Session>> create(Profile profile, const KeyMaterial& local,
                                                   const KeyMaterial& remote);

    bool protect_rtp(std::span<std::uint8_t> buffer, std::size_t& length) override;
    bool protect_rtcp(std::span<std::uint8_t> buffer, std::size_t& length) override;
    Unprotect unprotect_rtp(std::span<std::uint8_t> buffer, std::size_t& length) override;
    Unprotect unprotect_rtcp(std::span<std::uint8_t> buffer, std::size_t& length) override;

  private:
    using RtpWindow = ReplayWindow<1024>;
    using RtcpWindow = ReplayWindow<128>;
    struct Protections {
        Protection rtp;
        Protection rtcp;
    };
    template <typename State>
    struct Direction {
        Protection protection;
        StreamTable<State> streams;
    };

    static Result<Protections> protections(Profile profile, const KeyMaterial& master);
    OpensslSession(Profile profile, const Protections& outbound, const Protections& inbound);

    Profile profile_;
    Direction<RtpWindow> outbound_;
    Direction<RtpWindow> inbound_;
    Direction<std::uint32_t> outbound_rtcp_;  // the index last used
    Direction<RtcpWindow> inbound_rtcp_;
};

}  // namespace janus_harness::srtp
