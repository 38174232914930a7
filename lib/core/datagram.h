#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/socket_address.h"

namespace janus_harness {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

// A UDP datagram that a sans-IO core wants sent: `remote` is where it goes.
struct Datagram {
    SocketAddress remote;
    Bytes bytes;
};

}  // namespace janus_harness
