#pragma once

#include <string>

namespace janus_harness::deployment {

// What the command line, the environment and --config say about the Janus under test and its SIP
// side. An empty member leaves the scenario's value, or the default.
struct Options {
    std::string url;  // empty: the built-in testbed
    std::string admin_url;
    std::string admin_secret;
    std::string api_secret;
    std::string token;
    std::string ca_file;
    bool insecure = false;  // accept any TLS certificate

    std::string sip_domain;
    std::string sip_proxy;
    std::string accounts;  // CSV file
    std::string far_end;   // builtin, register, listen or none
    std::string far_end_address;
    std::string far_end_accounts;
    std::string callee;
    std::string media_address;
    std::string browser_ports;  // "FIRST-LAST"
    std::string far_end_ports;
};

}  // namespace janus_harness::deployment
