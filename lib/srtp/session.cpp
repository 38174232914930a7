#include "srtp/session.h"

#include <fmt/format.h>

#include "srtp/counter_mode_protection.h"
#include "srtp/gcm_protection.h"
#include "srtp/libsrtp2_session.h"
#include "srtp/openssl_session.h"

namespace janus_harness::srtp {

namespace {

std::atomic<std::int64_t>& live() {
    static auto& counter = Balance::counter("srtp.session");
    return counter;
}

Result<void> check_lengths(Profile profile, const KeyMaterial& material) {
    const std::size_t key = master_key_length(profile);
    const std::size_t salt = master_salt_length(profile);
    if (material.key.size() == key && material.salt.size() == salt) return {};
    return Error{
        "srtp_key",
        fmt::format("{} needs a key of {} and a salt of {} bytes, got {} and {}",
                    profile_name(profile), key, salt, material.key.size(), material.salt.size())};
}

}  // namespace

Session::Session() : counted_(live()) {}

Result<std::unique_ptr<Session>> Session::create(Profile profile, const KeyMaterial& local,
                                                 const KeyMaterial& remote,
                                                 Implementation implementation) {
    for (const auto* material : {&local, &remote}) {
        if (auto checked = check_lengths(profile, *material); !checked) return checked.error();
    }
    if (implementation == Implementation::libsrtp2) {
        return Libsrtp2Session::create(profile, local, remote);
    }
    return is_gcm(profile) ? OpensslSession<GcmProtection>::create(profile, local, remote)
                           : OpensslSession<CounterModeProtection>::create(profile, local, remote);
}

}  // namespace janus_harness::srtp
