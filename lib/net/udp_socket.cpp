#include "net/udp_socket.h"

#include <fmt/format.h>
#include <linux/sock_diag.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "core/log.h"
#include "net/udp_receive.h"
#include "net/udp_send.h"
#include "net/uv_handle.h"

namespace janus_harness::net {
namespace {

// Keeps one flooded socket from starving the others of its loop.
constexpr int batches_a_wake = 4;

Error system_error(std::string code, const SocketAddress& local) {
    return Error{std::move(code), fmt::format("{}: {}", local.to_string(), std::strerror(errno))};
}

// Debian's limits may be lower than what is asked; the kernel then grants what it allows.
void set_buffer(int fd, int option, int bytes) {
    setsockopt(fd, SOL_SOCKET, option, &bytes, sizeof bytes);
}

SocketAddress bound_address(int fd) {
    sockaddr_storage storage{};
    socklen_t size = sizeof storage;
    getsockname(fd, reinterpret_cast<sockaddr*>(&storage), &size);
    return SocketAddress::from_sockaddr(reinterpret_cast<const sockaddr*>(&storage));
}

Result<int> open_socket(const SocketAddress& local, const UdpSocket::Options& options) {
    const int family = local.is_ipv6() ? AF_INET6 : AF_INET;
    const int fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return system_error("udp_socket", local);
    set_buffer(fd, SO_RCVBUF, options.receive_buffer);
    set_buffer(fd, SO_SNDBUF, options.send_buffer);
    if (options.arrival_times) {
        const int on = 1;
        setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
    }
    if (::bind(fd, local.data(), local.size()) != 0) {
        const bool taken = errno == EADDRINUSE;
        const Error error = system_error(taken ? "udp_port_taken" : "udp_bind", local);
        close(fd);
        return error;
    }
    return fd;
}

bool is_buffer_full(int error) {
    return error == EAGAIN || error == EWOULDBLOCK || error == ENOBUFS;
}

}  // namespace

struct UdpSocket::State : HandleOwner, std::enable_shared_from_this<UdpSocket::State> {
    State(Loop& owning_loop, int descriptor, bool stamped, ReceiveCallback on_receive)
        : HandleOwner("udp"),
          loop(owning_loop),
          fd(descriptor),
          arrival_times(stamped),
          local(bound_address(descriptor)),
          callback(std::move(on_receive)),
          poll(this) {
        kind = "udp " + local.to_string();
    }
    ~State() override { close_socket(); }

    Result<void> start() {
        const int status = uv_poll_init(loop.raw(), poll.get(), fd);
        if (status != 0) {
            poll.discard();
            return Error{"udp_socket", uv_strerror(status)};
        }
        watch();
        return {};
    }

    void watch() {
        if (fd < 0) return;
        uv_poll_start(poll.get(), UV_READABLE, [](uv_poll_t* handle, int status, int) {
            if (handle->data == nullptr) return;
            auto* owner = static_cast<HandleOwner*>(handle->data);
            const auto self = static_cast<State*>(owner)->shared_from_this();
            if (status < 0) self->clear_error();
            self->drain(batches_a_wake);
        });
    }

    // libuv stops to watch a socket that has an error pending; a UDP socket is still good then.
    void clear_error() {
        int error = 0;
        socklen_t size = sizeof error;
        getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
        ++statistics.receive_errors;
        if (watched) watch();
    }

    void close_socket() {
        poll.reset();  // stops watching the descriptor before it is closed
        if (fd >= 0) close(fd);
        fd = -1;
    }

    // True when there may be more.
    bool drain(int batches) {
        for (int round = 0; round < batches && fd >= 0; ++round) {
            UdpReceiveBatch& batch = loop.receive_batch();
            const int count = batch.receive(fd, arrival_times);
            if (count < 0 && !is_buffer_full(errno)) ++statistics.receive_errors;
            if (count > 0) deliver(batch, static_cast<unsigned int>(count));
            if (count < static_cast<int>(UdpReceiveBatch::slots)) return false;
        }
        return true;
    }

    void deliver(UdpReceiveBatch& batch, unsigned int count) {
        statistics.datagrams_received += count;
        if (!arrival_times) {
            const TimePoint now = Loop::now();
            for (unsigned int i = 0; i < count && fd >= 0; ++i) {
                callback(now, batch.remote(i), batch.bytes(i));
            }
            return;
        }
        const ArrivalClock clock;
        for (unsigned int i = 0; i < count && fd >= 0; ++i) {
            const auto stamp = batch.arrival(i);
            callback(stamp ? clock.monotonic(*stamp) : clock.now(), batch.remote(i),
                     batch.bytes(i));
        }
    }

    void send_batch() {
        const UdpSendBatch::Outcome outcome = outgoing->send(fd);
        statistics.datagrams_sent += outcome.sent;
        statistics.send_errors += outcome.refused;
        statistics.send_buffer_full += outcome.buffer_full;
        statistics.batch_refused += outcome.refused;
        statistics.batch_buffer_full += outcome.buffer_full;
    }

    Loop& loop;
    int fd;
    bool arrival_times;
    bool watched = true;
    SocketAddress local;
    ReceiveCallback callback;
    Statistics statistics;
    std::unique_ptr<UdpSendBatch> outgoing;  // made on first need
    UvHandle<uv_poll_t> poll;
};

Result<std::unique_ptr<UdpSocket>> UdpSocket::bind(Loop& loop, const SocketAddress& local,
                                                   ReceiveCallback callback) {
    return bind(loop, local, std::move(callback), Options{});
}

Result<std::unique_ptr<UdpSocket>> UdpSocket::bind(Loop& loop, const SocketAddress& local,
                                                   ReceiveCallback callback, Options options) {
    const Result<int> fd = open_socket(local, options);
    if (!fd) return fd.error();
    auto state =
        std::make_shared<State>(loop, fd.value(), options.arrival_times, std::move(callback));
    if (const auto started = state->start(); !started) return started.error();
    return std::unique_ptr<UdpSocket>(new UdpSocket(std::move(state)));
}

Result<std::unique_ptr<UdpSocket>> UdpSocket::bind_in_range(Loop& loop, const SocketAddress& local,
                                                            PortRange range, Random& random,
                                                            ReceiveCallback callback) {
    return bind_in_range(loop, local, range, random, std::move(callback), Options{});
}

Result<std::unique_ptr<UdpSocket>> UdpSocket::bind_in_range(Loop& loop, const SocketAddress& local,
                                                            PortRange range, Random& random,
                                                            ReceiveCallback callback,
                                                            Options options) {
    const unsigned int count = range.last < range.first ? 0U : range.last - range.first + 1U;
    const auto start = count == 0 ? 0U : static_cast<unsigned int>(random.below(count));
    SocketAddress candidate = local;
    for (unsigned int i = 0; i < count; ++i) {
        candidate.set_port(static_cast<std::uint16_t>(range.first + (start + i) % count));
        auto socket = bind(loop, candidate, callback, options);
        if (socket || socket.error().code != "udp_port_taken") return socket;
    }
    return Error{"udp_ports_exhausted", fmt::format("no free UDP port on {} from {} to {}",
                                                    local.ip(), range.first, range.last)};
}

UdpSocket::UdpSocket(std::shared_ptr<State> state) : state_(std::move(state)) {}

UdpSocket::~UdpSocket() {
    state_->close_socket();
}

const SocketAddress& UdpSocket::local_address() const {
    return state_->local;
}

bool UdpSocket::send_now(const SocketAddress& remote, ByteView bytes) {
    const ssize_t sent = sendto(state_->fd, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
                                remote.data(), remote.size());
    if (sent >= 0) {
        ++state_->statistics.datagrams_sent;
        return true;
    }
    ++state_->statistics.send_errors;
    if (is_buffer_full(errno)) ++state_->statistics.send_buffer_full;
    return false;
}

std::span<std::uint8_t> UdpSocket::reserve() {
    static_assert(kBatchDatagram == UdpSendBatch::slot_size);
    if (!state_->outgoing) state_->outgoing = std::make_unique<UdpSendBatch>();
    return state_->outgoing->next();
}

void UdpSocket::commit(const SocketAddress& remote, std::size_t length) {
    state_->outgoing->add(remote, length);
    if (state_->outgoing->full()) state_->send_batch();
}

void UdpSocket::flush() {
    if (state_->outgoing && state_->outgoing->count() > 0) state_->send_batch();
}

void UdpSocket::set_watched(bool watched) {
    if (state_->watched == watched || state_->fd < 0) return;
    state_->watched = watched;
    if (watched) {
        state_->watch();
    } else {
        uv_poll_stop(state_->poll.get());
    }
}

bool UdpSocket::watched() const {
    return state_->watched;
}

bool UdpSocket::receive_now() {
    const auto self = state_;  // a callback may destroy the socket
    return self->drain(kReceiveAtOnce / static_cast<int>(UdpReceiveBatch::slots));
}

std::uint64_t UdpSocket::receive_drops() const {
    std::array<std::uint32_t, SK_MEMINFO_VARS> memory{};
    socklen_t size = sizeof memory;
    if (getsockopt(state_->fd, SOL_SOCKET, SO_MEMINFO, memory.data(), &size) != 0) return 0;
    return memory[SK_MEMINFO_DROPS];
}

const UdpSocket::Statistics& UdpSocket::statistics() const {
    return state_->statistics;
}

int UdpSocket::receive_buffer_size() const {
    int bytes = 0;
    socklen_t size = sizeof bytes;
    getsockopt(state_->fd, SOL_SOCKET, SO_RCVBUF, &bytes, &size);
    return bytes;
}

}  // namespace janus_harness::net
