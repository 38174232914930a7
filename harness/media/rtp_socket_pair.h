#pragma once

#include <functional>
#include <memory>
#include <span>

#include "core/random.h"
#include "core/result.h"
#include "net/udp_socket.h"

namespace janus_harness::media {

// The two sockets of a plain RTP stream: RTP on an even port, RTCP one above (RFC 3550 11).
struct RtpSocketPair {
    // Where no range is given: below the ephemeral ports, so that outgoing connections do not take
    // the odd half of a pair.
    static constexpr net::UdpSocket::PortRange kDefaultRange{16384, 32767};
    // Pairs of an even port and the next one in `range` (the default one where it is 0).
    static std::uint32_t pairs_in(net::UdpSocket::PortRange range);

    std::unique_ptr<net::UdpSocket> rtp;
    std::unique_ptr<net::UdpSocket> rtcp;

    // Binds both on `local`'s address: in `range`, or in any free pair of ports when range.first is
    // 0. Error "udp_ports_exhausted" after many attempts, or that of net::UdpSocket::bind.
    static Result<RtpSocketPair> bind(net::Loop& loop, const SocketAddress& local,
                                      net::UdpSocket::PortRange range, Random& random,
                                      net::UdpSocket::ReceiveCallback on_rtp,
                                      net::UdpSocket::ReceiveCallback on_rtcp,
                                      net::UdpSocket::Options options = {});
};

}  // namespace janus_harness::media
