#pragma once

#include "core/result.h"
#include "harness/testbed/namespace.h"

namespace janus_harness::testbed {

// Inside new network and mount namespaces: lo, v0 with the addresses and its peer v1, all up.
Result<void> set_up_network(const NamespaceOptions& options);
// Mounts the private tmpfs and, where the kernel lets us, the /proc of the new PID namespace.
// Gives the tmpfs's folder.
Result<std::string> set_up_mounts();
// Enters the new namespaces (all but PID apply to this process; PID to its next child).
Result<void> enter_namespaces();

}  // namespace janus_harness::testbed
