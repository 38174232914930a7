#include "harness/media/rtp_socket_pair.h"

#include <fmt/format.h>

namespace janus_harness::media {
namespace {

std::uint32_t first_even(net::UdpSocket::PortRange range) {
    return (range.first + 1U) & ~1U;
}

}  // namespace

std::uint32_t RtpSocketPair::pairs_in(net::UdpSocket::PortRange range) {
    if (range.first == 0) range = kDefaultRange;
    const std::uint32_t first = first_even(range);
    return first + 1U > range.last ? 0 : (range.last - first + 1U) / 2U;
}

Result<RtpSocketPair> RtpSocketPair::bind(net::Loop& loop, const SocketAddress& local,
                                          net::UdpSocket::PortRange range, Random& random,
                                          net::UdpSocket::ReceiveCallback on_rtp,
                                          net::UdpSocket::ReceiveCallback on_rtcp,
                                          net::UdpSocket::Options options) {
    if (range.first == 0) range = kDefaultRange;
    const std::uint32_t pairs = pairs_in(range);
    if (pairs == 0) {
        return Error{"udp_ports_exhausted",
                     fmt::format("the port range {}-{} holds no pair", range.first, range.last)};
    }
    const std::uint64_t start = random.below(pairs);
    for (std::uint32_t i = 0; i < pairs; ++i) {
        SocketAddress address = local;
        const std::uint64_t port = first_even(range) + 2 * ((start + i) % pairs);
        address.set_port(static_cast<std::uint16_t>(port));
        auto rtp = net::UdpSocket::bind(loop, address, on_rtp, options);
        if (!rtp && rtp.error().code != "udp_port_taken") return rtp.error();
        if (!rtp) continue;
        address.set_port(static_cast<std::uint16_t>(port + 1));
        auto rtcp = net::UdpSocket::bind(loop, address, on_rtcp, options);
        if (!rtcp) continue;
        return RtpSocketPair{std::move(rtp).value(), std::move(rtcp).value()};
    }
    return Error{"udp_ports_exhausted", fmt::format("all {} pairs of ports in {}-{} are taken",
                                                    pairs, range.first, range.last)};
}

}  // namespace janus_harness::media
