#pragma once

#include <srtp2/srtp.h>

#include <memory>

#include "srtp/session.h"

namespace janus_harness::srtp {

// Session on libsrtp2: one srtp_t a direction, each with a wildcard policy. libsrtp2 clones the
// wildcard's keys for every new SSRC, which is the only allocation.
class Libsrtp2Session final : public Session {
  public:
    // The key material has the profile's lengths. Error: "srtp_create".
    static Result<std::unique_ptr<Session>> create(Profile profile, const KeyMaterial& local,
                                                   const KeyMaterial& remote);

    bool protect_rtp(std::span<std::uint8_t> buffer, std::size_t& length) override;
    bool protect_rtcp(std::span<std::uint8_t> buffer, std::size_t& length) override;
    Unprotect unprotect_rtp(std::span<std::uint8_t> buffer, std::size_t& length) override;
    Unprotect unprotect_rtcp(std::span<std::uint8_t> buffer, std::size_t& length) override;

  private:
    struct Deallocate {
        void operator()(srtp_ctx_t* context) const;
    };
    using Context = std::unique_ptr<srtp_ctx_t, Deallocate>;

    Libsrtp2Session(Profile profile, Context outbound, Context inbound);
    static Result<Context> create_context(Profile profile, const KeyMaterial& material,
                                          srtp_ssrc_type_t direction);

    Profile profile_;
    Context outbound_;
    Context inbound_;
};

}  // namespace janus_harness::srtp
