#include "srtp/libsrtp2_session.h"

#include <fmt/format.h>

#include "srtp/packet_layout.h"

namespace janus_harness::srtp {

namespace {

// Wide enough for a second of reordered audio and video; libsrtp2's least is 64.
constexpr unsigned long kReplayWindow = 1024;

srtp_err_status_t initialize_once() {
    static const srtp_err_status_t status = srtp_init();  // thread-safe since C++11
    return status;
}

srtp_profile_t native_profile(Profile profile) {
    switch (profile) {
        case Profile::aes_cm_128_hmac_sha1_80:
            return srtp_profile_aes128_cm_sha1_80;
        case Profile::aes_cm_128_hmac_sha1_32:
            return srtp_profile_aes128_cm_sha1_32;
        case Profile::aead_aes_128_gcm:
            return srtp_profile_aead_aes_128_gcm;
        case Profile::aead_aes_256_gcm:
            return srtp_profile_aead_aes_256_gcm;
    }
    return srtp_profile_reserved;
}

Error native_error(std::string_view what, srtp_err_status_t status) {
    return {"srtp_create", fmt::format("{}: libsrtp2 status {}", what, static_cast<int>(status))};
}

Unprotect outcome(srtp_err_status_t status) {
    switch (status) {
        case srtp_err_status_ok:
            return Unprotect::ok;
        case srtp_err_status_replay_fail:
        case srtp_err_status_replay_old:
        case srtp_err_status_pkt_idx_old:
            return Unprotect::replayed;
        case srtp_err_status_bad_param:
        case srtp_err_status_parse_err:
            return Unprotect::malformed;
        default:
            return Unprotect::auth_failed;
    }
}

}  // namespace

void Libsrtp2Session::Deallocate::operator()(srtp_ctx_t* context) const {
    srtp_dealloc(context);
}

Libsrtp2Session::Libsrtp2Session(Profile profile, Context outbound, Context inbound)
    : profile_(profile), outbound_(std::move(outbound)), inbound_(std::move(inbound)) {}

Result<std::unique_ptr<Session>> Libsrtp2Session::create(Profile profile, const KeyMaterial& local,
                                                         const KeyMaterial& remote) {
    if (const auto status = initialize_once(); status != srtp_err_status_ok) {
        return native_error("cannot initialize", status);
    }
    auto outbound = create_context(profile, local, ssrc_any_outbound);
    if (!outbound) return outbound.error();
    auto inbound = create_context(profile, remote, ssrc_any_inbound);
    if (!inbound) return inbound.error();
    return std::unique_ptr<Session>(
        new Libsrtp2Session(profile, std::move(outbound).value(), std::move(inbound).value()));
}

Result<Libsrtp2Session::Context> Libsrtp2Session::create_context(Profile profile,
                                                                 const KeyMaterial& material,
                                                                 srtp_ssrc_type_t direction) {
    srtp_policy_t policy{};
    const srtp_profile_t native = native_profile(profile);
    srtp_crypto_policy_set_from_profile_for_rtp(&policy.rtp, native);
    srtp_crypto_policy_set_from_profile_for_rtcp(&policy.rtcp, native);
    Bytes key_and_salt = material.key;
    key_and_salt.insert(key_and_salt.end(), material.salt.begin(), material.salt.end());
    policy.key = key_and_salt.data();
    policy.ssrc.type = direction;
    policy.window_size = kReplayWindow;
    srtp_ctx_t* context = nullptr;
    const auto status = srtp_create(&context, &policy);
    if (status != srtp_err_status_ok) return native_error("cannot create a session", status);
    return Context(context);
}

bool Libsrtp2Session::protect_rtp(std::span<std::uint8_t> buffer, std::size_t& length) {
    if (length > buffer.size() || buffer.size() - length < rtp_overhead(profile_)) return false;
    if (rtp_header_length(buffer.first(length)) == 0) return false;
    int count = static_cast<int>(length);
    if (srtp_protect(outbound_.get(), buffer.data(), &count) != srtp_err_status_ok) return false;
    length = static_cast<std::size_t>(count);
    return true;
}

bool Libsrtp2Session::protect_rtcp(std::span<std::uint8_t> buffer, std::size_t& length) {
    if (length > buffer.size() || buffer.size() - length < rtcp_overhead(profile_)) return false;
    if (!is_rtcp_header_whole(buffer.first(length))) return false;
    int count = static_cast<int>(length);
    if (srtp_protect_rtcp(outbound_.get(), buffer.data(), &count) != srtp_err_status_ok) {
        return false;
    }
    length = static_cast<std::size_t>(count);
    return true;
}

Unprotect Libsrtp2Session::unprotect_rtp(std::span<std::uint8_t> buffer, std::size_t& length) {
    const std::size_t overhead = rtp_overhead(profile_);
    if (length > buffer.size() || length < kRtpHeader + overhead) return Unprotect::malformed;
    if (rtp_header_length(buffer.first(length - overhead)) == 0) return Unprotect::malformed;
    int count = static_cast<int>(length);
    const auto status = srtp_unprotect(inbound_.get(), buffer.data(), &count);
    if (status == srtp_err_status_ok) length = static_cast<std::size_t>(count);
    return outcome(status);
}

Unprotect Libsrtp2Session::unprotect_rtcp(std::span<std::uint8_t> buffer, std::size_t& length) {
    const std::size_t overhead = rtcp_overhead(profile_);
    if (length > buffer.size() || length < kRtcpHeader + overhead) return Unprotect::malformed;
    if (!is_rtcp_header_whole(buffer.first(length))) return Unprotect::malformed;
    int count = static_cast<int>(length);
    const auto status = srtp_unprotect_rtcp(inbound_.get(), buffer.data(), &count);
    if (status == srtp_err_status_ok) length = static_cast<std::size_t>(count);
    return outcome(status);
}

}  // namespace janus_harness::srtp
