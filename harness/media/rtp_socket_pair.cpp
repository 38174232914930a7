#include "harness/media/rtp_socket_pair.h"

#include <fmt/format.h>

namespace janus_harness::media {

Result<RtpSocketPair> RtpSocketPair::bind(net::Loop& loop, const SocketAddress& local,
                                          net::UdpSocket::PortRange range, Random& random,
                                          net::UdpSocket::ReceiveCallback on_rtp,
                                          net::UdpSocket::ReceiveCallback on_rtcp,
                                          net::UdpSocket::Options options) {
    constexpr int attempts = 200;
    // Below the ephemeral ports, so that outgoing connections do not take the odd half of a pair.
    const std::uint16_t first = range.first != 0 ? range.first : std::uint16_t{16384};
    const std::uint16_t last = range.first != 0 ? range.last : std::uint16_t{32767};
    const std::uint64_t pairs = last > first ? (last - first + 1U) / 2U : 0;
    if (pairs == 0) {
        return Error{"udp_ports_exhausted",
                     fmt::format("the port range {}-{} holds no pair", first, last)};
    }
    for (int attempt = 0; attempt < attempts; ++attempt) {
        SocketAddress address = local;
        const std::uint64_t port = ((first + 1U) & ~1U) + 2 * random.below(pairs);
        if (port + 1 > last) continue;
        address.set_port(static_cast<std::uint16_t>(port));
        auto rtp = net::UdpSocket::bind(loop, address, on_rtp, options);
        if (!rtp) continue;
        address.set_port(static_cast<std::uint16_t>(port + 1));
        auto rtcp = net::UdpSocket::bind(loop, address, on_rtcp, options);
        if (!rtcp) continue;
        return RtpSocketPair{std::move(rtp).value(), std::move(rtcp).value()};
    }
    return Error{
        "udp_ports_exhausted",
        fmt::format("no free pair of ports in {}-{} after {} attempts", first, last, attempts)};
}

}  // namespace janus_harness::media
