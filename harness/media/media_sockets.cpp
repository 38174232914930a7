#include "harness/media/media_sockets.h"

#include <algorithm>

#include "harness/media/rtp_socket_pair.h"

namespace janus_harness::media {
namespace {

// Asked of the kernel; it may grant less.
constexpr int receive_buffer = 4 << 20;
// What 12 to 13 packets, a quarter of a second of a call, take of a receive buffer as the kernel
// counts (about 1,280 bytes for each small datagram).
constexpr std::size_t buffer_per_call = 16 * 1024;
constexpr std::size_t most_calls = 512;

net::UdpSocket::Options socket_options() {
    net::UdpSocket::Options options;
    options.receive_buffer = receive_buffer;
    options.arrival_times = true;
    return options;
}

}  // namespace

MediaSockets::MediaSockets(net::Loop& loop, Random& random, MediaSocketsOptions options)
    : loop_(loop), random_(random), options_(options) {}

MediaSockets::~MediaSockets() = default;

std::size_t MediaSockets::capacity(const MediaSocket& socket) const {
    if (!options_.shared) return 1;
    const auto granted =
        static_cast<std::size_t>(std::max(socket.socket().receive_buffer_size(), 0));
    return std::clamp(granted / buffer_per_call, kFewestCalls, most_calls);
}

// Of one socket a call nothing is used again: the next call gets another port.
void MediaSockets::drop_unused() {
    if (options_.shared) return;
    std::erase_if(browsers_, [this](const auto& socket) {
        if (socket->ports() != 0) return false;
        add(closed_, *socket, false);
        return true;
    });
    std::erase_if(phones_, [this](const PhonePair& pair) {
        if (pair.rtp->ports() != 0 || pair.rtcp->ports() != 0) return false;
        add(closed_, *pair.rtp, true);
        add(closed_, *pair.rtcp, true);
        return true;
    });
}

Result<std::shared_ptr<MediaSocket>> MediaSockets::browser_socket() {
    drop_unused();
    for (const auto& socket : browsers_) {
        if (socket->ports() < capacity(*socket)) return socket;
    }
    auto opened = MediaSocket::open(
        [this](net::UdpSocket::ReceiveCallback callback) {
            if (options_.browser_ports.first != 0) {
                return net::UdpSocket::bind_in_range(loop_, options_.browser_address,
                                                     options_.browser_ports, random_,
                                                     std::move(callback), socket_options());
            }
            SocketAddress address = options_.browser_address;
            address.set_port(0);
            return net::UdpSocket::bind(loop_, address, std::move(callback), socket_options());
        },
        !options_.shared);
    if (!opened) return opened.error();
    browsers_.push_back(std::move(opened).value());
    browsers_.back()->set_polled(polled_);
    return browsers_.back();
}

Result<std::unique_ptr<MediaPort>> MediaSockets::open_browser_port(DatagramReceiver& receiver) {
    const auto socket = browser_socket();
    if (!socket) return socket.error();
    return std::make_unique<MediaPort>(socket.value(), receiver);
}

Result<MediaSockets::PhonePair> MediaSockets::open_pair() {
    // Both are bound together, so the second's callback is called through a pointer that is set
    // once its owner exists.
    std::unique_ptr<net::UdpSocket> rtcp_socket;
    const auto rtcp_relay = std::make_shared<net::UdpSocket::ReceiveCallback>();
    auto rtp = MediaSocket::open(
        [&](net::UdpSocket::ReceiveCallback callback) -> Result<std::unique_ptr<net::UdpSocket>> {
            auto bound = RtpSocketPair::bind(
                loop_, options_.phone_address, options_.phone_ports, random_, std::move(callback),
                [rtcp_relay](TimePoint arrival, const SocketAddress& remote,
                             std::span<std::uint8_t> bytes) {
                    (*rtcp_relay)(arrival, remote, bytes);
                },
                socket_options());
            if (!bound) return bound.error();
            rtcp_socket = std::move(bound->rtcp);
            return std::move(bound->rtp);
        },
        !options_.shared);
    if (!rtp) return rtp.error();
    auto rtcp = MediaSocket::open(
        [&](net::UdpSocket::ReceiveCallback callback) -> Result<std::unique_ptr<net::UdpSocket>> {
            *rtcp_relay = std::move(callback);
            return std::move(rtcp_socket);
        },
        !options_.shared);
    if (!rtcp) return rtcp.error();
    return PhonePair{std::move(rtp).value(), std::move(rtcp).value()};
}

Result<MediaSockets::PhonePair*> MediaSockets::phone_pair() {
    drop_unused();
    for (auto& pair : phones_) {
        if (pair.rtp->ports() < capacity(*pair.rtp)) return &pair;
    }
    auto opened = open_pair();
    if (!opened) return opened.error();
    phones_.push_back(std::move(opened).value());
    phones_.back().rtp->set_polled(polled_);
    phones_.back().rtcp->set_polled(polled_);
    return &phones_.back();
}

Result<PhonePorts> MediaSockets::open_phone_ports(DatagramReceiver& rtp, DatagramReceiver& rtcp) {
    const auto pair = phone_pair();
    if (!pair) return pair.error();
    return PhonePorts{std::make_unique<MediaPort>(pair.value()->rtp, rtp),
                      std::make_unique<MediaPort>(pair.value()->rtcp, rtcp)};
}

void MediaSockets::each(const std::function<void(MediaSocket&)>& visit) const {
    for (const auto& socket : browsers_) visit(*socket);
    for (const auto& pair : phones_) {
        visit(*pair.rtp);
        visit(*pair.rtcp);
    }
}

void MediaSockets::set_polled(bool polled) {
    // To ask thousands of sockets a thousand times a second would cost more than to be woken.
    if (!options_.shared || polled_ == polled) return;
    polled_ = polled;
    each([polled](MediaSocket& socket) { socket.set_polled(polled); });
}

void MediaSockets::receive(TimePoint until) {
    if (!polled_) return;
    if (in_turn_.size() != size()) {
        in_turn_.clear();
        each([this](MediaSocket& socket) { in_turn_.push_back(&socket); });
        next_ = 0;
    }
    for (std::size_t read = 0; read < in_turn_.size(); ++read) {
        MediaSocket& socket = *in_turn_[next_];
        bool more = true;
        while (more) {
            more = socket.socket().receive_now();
            if (more && net::Loop::now() >= until) break;
        }
        if (++next_ == in_turn_.size()) next_ = 0;
        if (net::Loop::now() >= until) break;
    }
    flush();
}

void MediaSockets::flush() {
    each([](MediaSocket& socket) { socket.socket().flush(); });
}

void MediaSockets::add(Statistics& sum, const MediaSocket& socket, bool phone) {
    const auto& statistics = socket.socket().statistics();
    sum.sent += statistics.datagrams_sent;
    sum.received += statistics.datagrams_received;
    // RTP goes out in batches. A browser sends it only where ICE found a path, so that every
    // refusal is this machine's; a phone sends wherever the SDP says, and only a full buffer is.
    sum.send_errors += phone ? statistics.batch_buffer_full : statistics.batch_refused;
    sum.receive_drops += socket.socket().receive_drops();
    sum.strays += socket.strays();
}

MediaSockets::Statistics MediaSockets::statistics() const {
    Statistics sum = closed_;
    for (const auto& socket : browsers_) add(sum, *socket, false);
    for (const auto& pair : phones_) {
        add(sum, *pair.rtp, true);
        add(sum, *pair.rtcp, true);
    }
    return sum;
}

}  // namespace janus_harness::media
