#pragma once

#include <cstdint>

namespace janus_harness::ice {

// RFC 8445 section 5.1.2.2: recommended type preferences.
constexpr std::uint32_t kHostTypePreference = 126;
constexpr std::uint32_t kPeerReflexiveTypePreference = 110;

// Priority of a candidate of component 1, RFC 8445 section 5.1.2.1.
constexpr std::uint32_t candidate_priority(std::uint32_t type_preference,
                                           std::uint16_t local_preference = 65535) {
    constexpr std::uint32_t kComponent = 1;
    return type_preference << 24 | std::uint32_t{local_preference} << 8 | (256 - kComponent);
}

// The priority to write into the SDP for a host candidate (2130706431 for the first).
constexpr std::uint32_t host_priority(std::uint16_t local_preference = 65535) {
    return candidate_priority(kHostTypePreference, local_preference);
}

}  // namespace janus_harness::ice
