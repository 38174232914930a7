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
