#pragma once

#include <cstdint>

#include "core/result.h"
#include "harness/deployment/deployment.h"
#include "harness/scenario/scenario.h"

namespace janus_harness::controller {

// What a plan takes of this machine when all its clients are there at once, at most.
struct ResourceNeeds {
    std::uint64_t clients = 0;
    std::uint64_t lanes = 0;          // groups of clients that share HTTP connections
    std::uint64_t connections = 0;    // TCP, to Janus
    std::uint64_t browser_ports = 0;  // UDP
    std::uint64_t phone_ports = 0;    // UDP, in pairs
    std::uint64_t workers = 1;

    // Of all these, of the workers' loops and far ends, and a reserve.
    std::uint64_t descriptors() const;

    friend bool operator==(const ResourceNeeds& left, const ResourceNeeds& right) = default;
};
ResourceNeeds resource_needs(const scenario::Scenario& scenario,
                             const deployment::Deployment& deployment, std::uint32_t workers);

// What there is.
struct ResourceLimits {
    std::uint64_t descriptors = 0;      // RLIMIT_NOFILE; 0: not known
    std::uint64_t ephemeral_ports = 0;  // net.ipv4.ip_local_port_range; 0: not known
};
// Of this process, in its network namespace. Raises the soft limit of descriptors to the hard one.
ResourceLimits resource_limits();

// Error "limits": for each limit that is too low what is needed, what there is, and what to do.
Result<void> check_limits(const ResourceNeeds& needs, const ResourceLimits& limits,
                          const deployment::Deployment& deployment);

}  // namespace janus_harness::controller
