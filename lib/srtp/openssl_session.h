#pragma once

#include "srtp/packet_layout.h"
#include "srtp/replay_window.h"
#include "srtp/session.h"
#include "srtp/stream_table.h"

namespace janus_harness::srtp {

// Session on OpenSSL's AES, SHA-1 and GHASH. `Cipher` is CounterModeCipher or GcmCipher. Each
// direction of RTP has a cipher of its own; the rare RTCP keeps its keys only and borrows a cipher
// that all sessions of a thread share. The windows are as wide as Libsrtp2Session's.
template <typename Cipher>
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
    struct Rtp {
        Cipher cipher;
        StreamTable<RtpWindow> streams;
    };
    struct Keys {
        Rtp rtp;
        typename Cipher::Keys rtcp;
    };

    static Result<Keys> derive_keys(Profile profile, const KeyMaterial& master);
    OpensslSession(Profile profile, Keys outbound, Keys inbound);

    Profile profile_;
    Rtp outbound_;
    Rtp inbound_;
    typename Cipher::Keys outbound_rtcp_keys_;
    typename Cipher::Keys inbound_rtcp_keys_;
    StreamTable<std::uint32_t> outbound_rtcp_;  // the index last used
    StreamTable<RtcpWindow> inbound_rtcp_;
};

}  // namespace janus_harness::srtp
