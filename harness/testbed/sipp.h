#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/result.h"
#include "harness/testbed/child_process.h"

namespace janus_harness::testbed {

struct SippOptions {
    std::string binary = "sipp";
    std::string scenario_file;  // a file of tests/support/sipp
    std::string remote;         // "10.99.0.4:5060"; empty for an answerer that only listens
    std::string address = "10.99.0.3";
    std::uint16_t port = 5070;
    std::uint16_t media_port = 6000;
    bool rtp_echo = false;
    std::uint32_t calls = 0;                                     // stop after so many; 0: never
    std::vector<std::pair<std::string, std::string>> variables;  // -key NAME VALUE
    std::string auth_user;  // with auth_password: for [authentication]
    std::string auth_password;
    std::string run_folder = ".";  // sipp-PORT.log is written here
};

// Starts SIPp (Debian's sip-tester) in the foreground without its screen. It exits with 0 when
// every call succeeded. Error "process_start_failed".
Result<std::unique_ptr<ChildProcess>> start_sipp(const SippOptions& options);

}  // namespace janus_harness::testbed
