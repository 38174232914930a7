#pragma once

#include <cstdint>
#include <string>

namespace janus_harness::cli {

// The registrar and proxy that `janus-harness testbed` runs beside its command: accounts 1000 to
// 1999 with the password "secret" may register (digest, MD5), and calls between them are forwarded.
// Runs until it is killed; gives an exit code when it cannot start.
int run_registrar_service(const std::string& address, std::uint16_t port);

}  // namespace janus_harness::cli
