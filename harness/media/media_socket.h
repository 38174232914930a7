#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/result.h"
#include "harness/media/address_table.h"
#include "net/udp_socket.h"

namespace janus_harness::media {

class MediaPort;

// Gets the datagrams of a MediaPort. `arrival` is when the kernel got the datagram; `bytes` may be
// changed in place and are valid until the call returns.
class DatagramReceiver {
  public:
    virtual ~DatagramReceiver() = default;
    virtual void receive(TimePoint arrival, const SocketAddress& remote,
                         std::span<std::uint8_t> bytes) = 0;
};

// A UDP socket that the media of many calls share, since a socket a call costs about twice the
// processor time a packet. Datagrams are told apart by where they come from: every call has a
// transport address of its own at Janus. A STUN check from an address that is not known yet is told
// by the ICE user name it is addressed to (RFC 8445 7.3), and plain RTP from another address than
// the SDP announced (a NAT that keeps ports) by its port.
class MediaSocket {
  public:
    // Opens one with `bind`, which must hand on the callback. Errors are those of `bind`.
    using Bind = std::function<Result<std::unique_ptr<net::UdpSocket>>(
        net::UdpSocket::ReceiveCallback callback)>;
    // An exclusive one has one port at a time, which gets whatever comes.
    static Result<std::shared_ptr<MediaSocket>> open(const Bind& bind, bool exclusive = false);
    MediaSocket(const MediaSocket&) = delete;
    MediaSocket& operator=(const MediaSocket&) = delete;

    const SocketAddress& local_address() const { return socket_->local_address(); }
    net::UdpSocket& socket() { return *socket_; }
    const net::UdpSocket& socket() const { return *socket_; }
    std::size_t ports() const { return ports_; }
    // True: the owner asks socket().receive_now() at its own pace, and the loop wakes only while a
    // port is urgent. False after construction.
    void set_polled(bool polled);
    // Datagrams that belonged to no port, not even later: those of calls that are over, mostly.
    std::uint64_t strays() const { return strays_; }

  private:
    friend class MediaPort;

    MediaSocket() = default;
    void receive(TimePoint arrival, const SocketAddress& remote, std::span<std::uint8_t> bytes);
    // The port that a datagram from an unknown address is for; null when nobody knows (yet).
    MediaPort* find_owner(const SocketAddress& remote, std::span<const std::uint8_t> bytes) const;
    MediaPort* find_by_user_name(std::span<const std::uint8_t> bytes) const;
    void keep_early(TimePoint arrival, const SocketAddress& remote,
                    std::span<const std::uint8_t> bytes);
    void update_watch();

    // Audio may overtake the SDP that says where it comes from.
    struct Early {
        TimePoint arrival;
        SocketAddress remote;
        Bytes bytes;
    };

    std::unique_ptr<net::UdpSocket> socket_;
    bool exclusive_ = false;
    AddressTable<MediaPort> routes_;
    std::vector<MediaPort*> unheard_;  // have claimed an address and received nothing yet
    std::deque<Early> early_;
    std::map<std::string, MediaPort*, std::less<>> user_names_;
    MediaPort* only_ = nullptr;  // the newest port
    std::size_t ports_ = 0;
    std::size_t urgent_ = 0;
    bool polled_ = false;
    std::uint64_t strays_ = 0;
};

// One call's share of a MediaSocket. Sends from it, and gets what comes from the addresses it has
// claimed. Keeps its socket alive.
class MediaPort {
  public:
    MediaPort(std::shared_ptr<MediaSocket> socket, DatagramReceiver& receiver);
    ~MediaPort();
    MediaPort(const MediaPort&) = delete;
    MediaPort& operator=(const MediaPort&) = delete;

    const SocketAddress& local_address() const { return socket_->local_address(); }
    // From now on what comes from `remote` is this port's. False when it is that of another port
    // whose call goes on: two calls cannot share both ends.
    bool claim(const SocketAddress& remote);
    // The call is over: late datagrams are still taken, until another call claims their source.
    void retire() { retired_ = true; }
    // The local ICE user name fragment: STUN checks that name it claim their source for this port.
    void claim_user_name(const std::string& ufrag);
    // Hands over what came from the claimed addresses before they were claimed.
    void receive_early();
    // While true, the socket wakes the loop for each datagram; otherwise they may wait for the next
    // tick of the pacer. False after construction.
    void set_urgent(bool urgent);
    // Gives back all claims: nothing is received any more.
    void release();

    // As net::UdpSocket's.
    std::span<std::uint8_t> reserve() { return socket_->socket().reserve(); }
    void commit(const SocketAddress& remote, std::size_t length) {
        socket_->socket().commit(remote, length);
    }
    void flush() { socket_->socket().flush(); }
    bool send_now(const SocketAddress& remote, ByteView bytes) {
        return socket_->socket().send_now(remote, bytes);
    }

  private:
    friend class MediaSocket;

    std::shared_ptr<MediaSocket> socket_;
    DatagramReceiver& receiver_;
    std::vector<SocketAddress> claimed_;
    std::string user_name_;
    TimePoint opened_ = net::Loop::now();
    bool urgent_ = false;
    bool heard_ = false;
    bool retired_ = false;
};

}  // namespace janus_harness::media
