#include "harness/actors/environment.h"

#include "harness/actors/far_end.h"

namespace janus_harness::actors {

std::string Environment::sip_domain() const {
    const bool own = deployment.far_end == scenario::FarEndMode::builtin && far_end != nullptr &&
                     deployment.sip_domain.empty();
    return own ? far_end->domain() : deployment.sip_domain;
}

std::string Environment::sip_proxy() const {
    return deployment.sip_proxy.empty() ? "sip:" + sip_domain() : deployment.sip_proxy;
}

Result<std::shared_ptr<const dtls::Context>> Environment::dtls_context(
    const std::vector<srtp::Profile>& profiles) {
    for (const auto& [known, context] : dtls_contexts) {
        if (known == profiles) return context;
    }
    auto context = dtls::Context::create(certificate, profiles);
    if (context) dtls_contexts.emplace_back(profiles, context.value());
    return context;
}

}  // namespace janus_harness::actors
