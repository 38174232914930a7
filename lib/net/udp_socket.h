#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "core/datagram.h"
#include "core/random.h"
#include "core/result.h"
#include "core/socket_address.h"
#include "core/time.h"
#include "net/loop.h"

namespace janus_harness::net {

// A UDP socket on a loop, receiving from its construction on. Several datagrams are taken a wake.
class UdpSocket {
  public:
    // `bytes` lies in the loop's one receive buffer: it may be changed in place (SRTP), and is
    // valid until the callback returns. The callback may send, and may destroy the socket. `now` is
    // when the datagrams were taken from the kernel or, with Options::arrival_times, when the
    // kernel got this one.
    using ReceiveCallback = std::function<void(TimePoint now, const SocketAddress& remote,
                                               std::span<std::uint8_t> bytes)>;
    struct Options {
        // Asked of the kernel, bytes; it may grant less (net.core.rmem_max, wmem_max).
        int receive_buffer = 1 << 20;
        int send_buffer = 1 << 20;
        // Asks the kernel when each datagram came, so that a busy loop does not make it late.
        bool arrival_times = false;
    };
    struct Statistics {
        std::uint64_t datagrams_sent = 0;
        std::uint64_t datagrams_received = 0;
        std::uint64_t send_errors = 0;       // sends refused: a full buffer, no route, …
        std::uint64_t send_buffer_full = 0;  // those of them that were EAGAIN or ENOBUFS
        std::uint64_t batch_refused = 0;     // those of them that were sent in a batch
        std::uint64_t batch_buffer_full = 0;
        std::uint64_t receive_errors = 0;  // ICMP errors reported on the socket and the like
    };
    struct PortRange {
        std::uint16_t first = 0;
        std::uint16_t last = 0;  // inclusive
    };

    // Binds to `local`; port 0 lets the system choose. Errors "udp_socket", "udp_port_taken",
    // "udp_bind" (not an address of this machine, a port not allowed).
    static Result<std::unique_ptr<UdpSocket>> bind(Loop& loop, const SocketAddress& local,
                                                   ReceiveCallback callback);
    static Result<std::unique_ptr<UdpSocket>> bind(Loop& loop, const SocketAddress& local,
                                                   ReceiveCallback callback, Options options);
    // Binds to a free port of `range`, trying each once from a random one on; local's port is
    // ignored. Error "udp_ports_exhausted" when all are taken.
    static Result<std::unique_ptr<UdpSocket>> bind_in_range(Loop& loop, const SocketAddress& local,
                                                            PortRange range, Random& random,
                                                            ReceiveCallback callback,
                                                            Options options);
    static Result<std::unique_ptr<UdpSocket>> bind_in_range(Loop& loop, const SocketAddress& local,
                                                            PortRange range, Random& random,
                                                            ReceiveCallback callback);
    ~UdpSocket();
    UdpSocket(const UdpSocket&) = delete;
    UdpSocket& operator=(const UdpSocket&) = delete;

    const SocketAddress& local_address() const;
    // Sends at once or not at all, never waits. False (and counted) when the kernel refused.
    bool send_now(const SocketAddress& remote, ByteView bytes);

    // Sending in batches: write a datagram into reserve(), commit() it, and flush() when all of a
    // turn are there. A full batch is sent at once. What the kernel refuses is counted.
    static constexpr std::size_t kBatchDatagram = 1600;  // bytes of reserve()
    std::span<std::uint8_t> reserve();
    void commit(const SocketAddress& remote, std::size_t length);
    void flush();

    // Not watched, the loop does not wake for this socket: its owner asks receive_now() at its own
    // pace, which costs less where packets are many. Watched after construction.
    void set_watched(bool watched);
    bool watched() const;
    // Takes what has arrived, up to kReceiveAtOnce datagrams; true when there may be more.
    static constexpr int kReceiveAtOnce = 256;
    bool receive_now();

    const Statistics& statistics() const;
    // Datagrams that the kernel dropped because this socket's receive buffer was full.
    std::uint64_t receive_drops() const;
    // Bytes the kernel granted.
    int receive_buffer_size() const;

  private:
    struct State;
    explicit UdpSocket(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;  // kept alive while a callback runs
};

}  // namespace janus_harness::net
