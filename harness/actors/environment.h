#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/random.h"
#include "core/result.h"
#include "dtls/context.h"
#include "harness/deployment/deployment.h"
#include "harness/media/media_sockets.h"
#include "harness/media/pacer.h"
#include "harness/run/recorder.h"
#include "harness/scenario/scenario.h"
#include "net/http_client.h"
#include "net/loop.h"

namespace janus_harness::actors {

class FarEnd;

// What the actors of one worker share. Everything outlives them.
struct Environment {
    net::Loop& loop;
    net::HttpClient& http;
    media::Pacer& pacer;
    // To be called after a source was added to the pacer: arms its tick.
    std::function<void()> pacer_changed;
    media::MediaSockets* media_sockets = nullptr;  // of all calls; never null in a run
    FarEnd* far_end = nullptr;                     // null in mode "none"
    const scenario::Scenario& scenario;
    const deployment::Deployment& deployment;
    run::Recorder& recorder;
    std::shared_ptr<const dtls::Certificate> certificate;
    // Contexts by list of SRTP profiles; filled as they are first needed.
    std::vector<std::pair<std::vector<srtp::Profile>, std::shared_ptr<const dtls::Context>>>
        dtls_contexts;

    // Host part of the addresses of the browsers' accounts, and the URI they register at.
    std::string sip_domain() const;
    std::string sip_proxy() const;
    // The context whose profiles are offered in this order. Error "dtls_context".
    Result<std::shared_ptr<const dtls::Context>> dtls_context(
        const std::vector<srtp::Profile>& profiles);
};

}  // namespace janus_harness::actors
