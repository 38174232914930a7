#pragma once

#include <cstdint>
#include <string>

#include "core/result.h"
#include "harness/deployment/deployment.h"
#include "harness/deployment/options.h"
#include "harness/scenario/scenario.h"

namespace janus_harness::deployment {

// What the built-in testbed provides, where it is used.
struct TestbedPlaces {
    std::string http_url;
    std::string ws_url;
    std::string admin_url;
    std::string admin_secret;
    std::string browser_address;
    std::string far_end_address;
    std::string proxy_address;  // of a Kamailio, where the scenario asks for one
};

// How many clients may exist at once, and how many accounts each needs.
struct Needs {
    std::uint64_t clients = 1;
    std::uint64_t browsers = 1;  // of each client
    std::uint64_t phones = 0;
};
Needs needs_of(const scenario::Scenario& scenario);

// Joins the options, the scenario and the testbed (null: a deployment that is not ours) into the
// deployment of a run; options win. Resolves host names. Errors: "deployment" for settings that do
// not fit together (with what to do), those of read_accounts(), resolve_host(),
// local_address_towards().
Result<Deployment> resolve(const scenario::Scenario& scenario, const Options& options,
                           const TestbedPlaces* testbed, std::uint64_t seed);

}  // namespace janus_harness::deployment
