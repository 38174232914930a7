#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "harness/testbed/janus_config.h"
#include "harness/testbed/namespace.h"

namespace janus_harness::testbed {

struct TestbedCommandOptions {
    NamespaceOptions network;
    JanusOptions janus;                // address and configuration folder are filled in
    std::string sip_domain;            // empty: the far end's address
    std::uint16_t sip_port = 5060;     // of the registrar, at network.far_end_address
    std::vector<std::string> command;  // empty: $SHELL, or /bin/sh
    // The registrar at SIP_PROXY: runs inside the namespace, in a process of its own, until killed.
    // Empty: none.
    std::function<int()> background_service;
};

// What COMMAND finds in its environment: JANUS_URL, JANUS_WS_URL, JANUS_ADMIN_URL,
// JANUS_ADMIN_SECRET, SIP_PROXY ("sip:10.99.0.3:5060"), SIP_DOMAIN, BROWSER_ADDRESS,
// FAR_END_ADDRESS, and as JANUS_HARNESS_<OPTION> the addresses and the admin API for a run inside.
std::vector<std::pair<std::string, std::string>> testbed_environment(
    const TestbedCommandOptions& options);

// `janus-harness testbed`: Janus and the registrar in a private network namespace, COMMAND with the
// terminal beside them. Returns COMMAND's exit code; 3 when Janus does not start, 5 when there can
// be no namespace or COMMAND cannot be run, with a line on standard error. Must be called before
// any thread is started.
int run_testbed_command(const TestbedCommandOptions& options);

}  // namespace janus_harness::testbed
