#include "bare_udp.h"

#include <arpa/inet.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "figures.h"

namespace janus_harness::bench {
namespace {

constexpr std::size_t kCallsOfASocket = 128;

void reflect_waiting(int fd, DatagramBatch& batch) {
    for (;;) {
        const unsigned int count = batch.receive(fd, MSG_DONTWAIT);
        batch.prepare_reflection(count);
        batch.send(fd, count);
        if (count < kBatch) return;
    }
}

[[noreturn]] void reflect(const std::vector<BoundSocket>& sockets, int core) {
    pin_to_core(core);
    const int epoll = epoll_create1(0);
    for (const BoundSocket& socket : sockets) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = socket.fd;
        epoll_ctl(epoll, EPOLL_CTL_ADD, socket.fd, &event);
    }
    DatagramBatch batch(true);
    std::vector<epoll_event> events(sockets.size());
    const timespec pause{.tv_sec = 0, .tv_nsec = 500'000};
    for (;;) {
        const int count = epoll_wait(epoll, events.data(), static_cast<int>(events.size()), 0);
        for (int i = 0; i < count; ++i) {
            reflect_waiting(events[static_cast<std::size_t>(i)].data.fd, batch);
        }
        nanosleep(&pause, nullptr);
    }
}

void enlarge(int fd, int forced, int usual) {
    const int bytes = 32 << 20;  // half a second of 1,000 calls
    if (setsockopt(fd, SOL_SOCKET, forced, &bytes, sizeof bytes) == 0) return;
    setsockopt(fd, SOL_SOCKET, usual, &bytes, sizeof bytes);
}

BoundSocket bind_udp(std::uint32_t host) {
    BoundSocket made{.fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    // Nobody but this machine reaches it, whatever it is bound to.
    if (made.fd < 0 || setsockopt(made.fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3) != 0) {
        give_up("no UDP socket on loopback");
    }
    made.address.sin_family = AF_INET;
    made.address.sin_addr.s_addr = htonl(host);
    auto* const address = reinterpret_cast<sockaddr*>(&made.address);
    socklen_t size = sizeof made.address;
    if (bind(made.fd, address, size) != 0) give_up("cannot bind a UDP socket on loopback");
    getsockname(made.fd, address, &size);
    enlarge(made.fd, SO_RCVBUFFORCE, SO_RCVBUF);
    enlarge(made.fd, SO_SNDBUFFORCE, SO_SNDBUF);
    return made;
}

// Of all hosts of 127.0.0.0/8; datagrams tell which one they came to.
BoundSocket bind_whole_loopback() {
    const BoundSocket made = bind_udp(INADDR_ANY);
    const int on = 1;
    setsockopt(made.fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
    return made;
}

}  // namespace

DatagramBatch::DatagramBatch(bool answering) : answering_(answering) {
    for (unsigned int i = 0; i < kBatch; ++i) {
        parts_[i] = {buffers_[i].data(), kSlotBytes};
        messages_[i].msg_hdr.msg_iov = &parts_[i];
        messages_[i].msg_hdr.msg_iovlen = 1;
        messages_[i].msg_hdr.msg_name = &addresses_[i];
        messages_[i].msg_hdr.msg_namelen = sizeof addresses_[i];
        if (answering) messages_[i].msg_hdr.msg_control = &destinations_[i];
    }
}

unsigned int DatagramBatch::receive(int fd, int flags) {
    for (unsigned int i = 0; i < kBatch; ++i) {
        parts_[i].iov_len = kSlotBytes;
        messages_[i].msg_hdr.msg_namelen = sizeof addresses_[i];
        if (answering_) messages_[i].msg_hdr.msg_controllen = sizeof destinations_[i];
    }
    const int count = recvmmsg(fd, messages_.data(), kBatch, flags, nullptr);
    if (count >= 0) return static_cast<unsigned int>(count);
    if (errno == EAGAIN || errno == EINTR) return 0;
    give_up("recvmmsg failed");
}

void DatagramBatch::send(int fd, unsigned int count) {
    unsigned int done = 0;
    while (done < count) {
        const int sent = sendmmsg(fd, &messages_[done], count - done, 0);
        if (sent < 0 && errno != EINTR) give_up("sendmmsg failed");
        if (sent > 0) done += static_cast<unsigned int>(sent);
    }
}

void DatagramBatch::prepare(unsigned int index, const sockaddr_in& to, std::size_t length) {
    addresses_[index] = to;
    parts_[index].iov_len = length;
}

void DatagramBatch::prepare_reflection(unsigned int count) {
    for (unsigned int i = 0; i < count; ++i) parts_[i].iov_len = messages_[i].msg_len;
}

BoundSocket bind_loopback() {
    return bind_udp(INADDR_LOOPBACK);
}

Reflector::Reflector(int core, std::size_t calls) {
    const std::size_t count = (calls + kCallsOfASocket - 1) / kCallsOfASocket;
    std::vector<BoundSocket> sockets;
    for (std::size_t i = 0; i < count; ++i) sockets.push_back(bind_whole_loopback());
    for (std::size_t call = 0; call < calls; ++call) {
        addresses_.push_back(sockets[call % count].address);
        const auto host = static_cast<std::uint32_t>(call / count);
        addresses_.back().sin_addr.s_addr = htonl(INADDR_LOOPBACK + host);
    }
    const pid_t parent = getpid();
    process_ = fork();
    if (process_ < 0) give_up("cannot fork the reflector");
    if (process_ == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent) _exit(0);
        reflect(sockets, core);
    }
    for (const BoundSocket& socket : sockets) close(socket.fd);
}

Reflector::~Reflector() {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
}

}  // namespace janus_harness::bench
