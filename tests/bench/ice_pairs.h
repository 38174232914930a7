#pragma once

#include <cstddef>
#include <memory>
#include <span>

// Pairs of ICE agents on 127.0.0.1, connected to each other, in one process on one event loop.
namespace janus_harness::bench {

constexpr std::size_t kTicksOfARound = 20;

class IcePairs {
  public:
    virtual ~IcePairs() = default;
    // From nothing to all pairs connected: sockets, candidates, credentials, checks.
    virtual void connect(std::size_t count) = 0;
    // One side of each pair sends `packet` `rounds` times; returns when all have arrived. A round
    // goes in 20 parts, each of a twentieth of the pairs and awaited before the next, as a tick of
    // a millisecond would have them.
    virtual void exchange(std::size_t rounds, std::span<const unsigned char> packet) = 0;
};

// ice::Agent and a net::UdpSocket each.
std::unique_ptr<IcePairs> own_pairs();
// libnice's NiceAgent, nice_agent_send() and the callback of nice_agent_attach_recv().
std::unique_ptr<IcePairs> libnice_pairs();

}  // namespace janus_harness::bench
