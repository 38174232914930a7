#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "core/random.h"
#include "core/result.h"
#include "harness/media/media_socket.h"
#include "net/loop.h"

namespace janus_harness::media {

struct MediaSocketsOptions {
    SocketAddress browser_address;  // the port is ignored
    SocketAddress phone_address;
    net::UdpSocket::PortRange browser_ports;  // 0: the system chooses
    net::UdpSocket::PortRange phone_ports;
    // False gives every call sockets of its own, as real browsers and phones have: for what tells
    // clients apart by their ports, at about twice the cost a packet.
    bool shared = true;
};

// The two ports of a phone's RTP stream: RTP on an even port, RTCP one above (RFC 3550 11).
struct PhonePorts {
    std::unique_ptr<MediaPort> rtp;
    std::unique_ptr<MediaPort> rtcp;
};

// All media sockets of a worker. How many calls share one depends on the receive buffer that the
// kernel grants: it must hold what comes in a quarter of a second.
class MediaSockets {
  public:
    // Calls on a shared socket before another is opened, whatever the kernel grants.
    static constexpr std::size_t kFewestCalls = 16;

    // `loop` and `random` must outlive it; `loop` the ports that it gives too.
    MediaSockets(net::Loop& loop, Random& random, MediaSocketsOptions options);
    ~MediaSockets();
    MediaSockets(const MediaSockets&) = delete;
    MediaSockets& operator=(const MediaSockets&) = delete;

    // Errors of net::UdpSocket::bind and bind_in_range.
    Result<std::unique_ptr<MediaPort>> open_browser_port(DatagramReceiver& receiver);
    // Errors of RtpSocketPair::bind.
    Result<PhonePorts> open_phone_ports(DatagramReceiver& rtp, DatagramReceiver& rtcp);

    // While packets are paced, shared sockets are read by receive(), at the pacer's tick, instead
    // of waking the loop.
    void set_polled(bool polled);
    // Reads the polled sockets, each empty, and sends what their receivers have committed. Once
    // `until` is over it leaves the rest to the next call, which goes on from there, but never
    // before it has read something: what was to be sent meanwhile comes first.
    void receive(TimePoint until);
    // Sends what was committed.
    void flush();

    // Sums over all sockets there are and were.
    struct Statistics {
        std::uint64_t sent = 0;
        std::uint64_t received = 0;
        // Refused by the kernel; without checks for a path (STUN) to where no path leads.
        std::uint64_t send_errors = 0;
        std::uint64_t receive_drops = 0;  // our receive buffers were full
        std::uint64_t strays = 0;
    };
    Statistics statistics() const;
    std::size_t size() const { return browsers_.size() + 2 * phones_.size(); }

  private:
    struct PhonePair {
        std::shared_ptr<MediaSocket> rtp;
        std::shared_ptr<MediaSocket> rtcp;
    };

    Result<std::shared_ptr<MediaSocket>> browser_socket();
    Result<PhonePair*> phone_pair();
    Result<PhonePair> open_pair();
    std::size_t capacity(const MediaSocket& socket) const;
    void drop_unused();
    void each(const std::function<void(MediaSocket&)>& visit) const;
    static void add(Statistics& sum, const MediaSocket& socket, bool phone);

    net::Loop& loop_;
    Random& random_;
    MediaSocketsOptions options_;
    std::vector<std::shared_ptr<MediaSocket>> browsers_;
    std::vector<PhonePair> phones_;
    bool polled_ = false;
    std::vector<MediaSocket*> in_turn_;  // the polled sockets
    std::size_t next_ = 0;               // of them, to be read
    Statistics closed_;
};

}  // namespace janus_harness::media
