#include "net/udp_receive.h"

#include <cstring>

namespace janus_harness::net {
namespace {

std::int64_t nanoseconds(const timespec& time) {
    return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

UdpReceiveBatch::UdpReceiveBatch(std::span<std::uint8_t> buffer) {
    const std::size_t stride = buffer.size() / slots;
    for (unsigned int i = 0; i < slots; ++i) {
        parts_[i] = {buffer.data() + i * stride, stride};
        messages_[i].msg_hdr.msg_iov = &parts_[i];
        messages_[i].msg_hdr.msg_iovlen = 1;
        messages_[i].msg_hdr.msg_name = &remotes_[i];
    }
    prepare(slots, true);
}

// The kernel writes over the lengths of the slots it fills.
void UdpReceiveBatch::prepare(unsigned int count, bool timestamps) {
    for (unsigned int i = 0; i < count; ++i) {
        msghdr& header = messages_[i].msg_hdr;
        header.msg_namelen = sizeof(sockaddr_storage);
        header.msg_control = timestamps ? controls_[i].bytes.data() : nullptr;
        header.msg_controllen = timestamps ? controls_[i].bytes.size() : 0;
    }
}

int UdpReceiveBatch::receive(int fd, bool timestamps) {
    prepare(slots, timestamps);
    return recvmmsg(fd, messages_.data(), slots, MSG_DONTWAIT, nullptr);
}

SocketAddress UdpReceiveBatch::remote(unsigned int index) const {
    return SocketAddress::from_sockaddr(reinterpret_cast<const sockaddr*>(&remotes_[index]));
}

std::span<std::uint8_t> UdpReceiveBatch::bytes(unsigned int index) {
    return {static_cast<std::uint8_t*>(parts_[index].iov_base), messages_[index].msg_len};
}

std::optional<timespec> UdpReceiveBatch::arrival(unsigned int index) const {
    const msghdr& header = messages_[index].msg_hdr;
    const cmsghdr* control = CMSG_FIRSTHDR(&header);
    if (control == nullptr || control->cmsg_level != SOL_SOCKET ||
        control->cmsg_type != SCM_TIMESTAMPNS) {
        return std::nullopt;
    }
    timespec stamp;
    std::memcpy(&stamp, CMSG_DATA(control), sizeof stamp);
    return stamp;
}

// The two clocks must be read at one time: a thread that loses its processor in between would see
// datagrams arrive before they were sent.
ArrivalClock::ArrivalClock() {
    constexpr int attempts = 8;
    constexpr Duration close_enough = std::chrono::microseconds{5};
    Duration closest = Duration::max();
    for (int i = 0; i < attempts && closest > close_enough; ++i) {
        const TimePoint before = MonotonicClock::now();
        timespec wall{};
        clock_gettime(CLOCK_REALTIME, &wall);
        const TimePoint after = MonotonicClock::now();
        if (after - before >= closest) continue;
        closest = after - before;
        now_ = after;
        wall_now_ = nanoseconds(wall);
    }
}

TimePoint ArrivalClock::monotonic(const timespec& stamp) const {
    constexpr std::int64_t longest = 10'000'000'000;
    const std::int64_t age = wall_now_ - nanoseconds(stamp);
    if (age <= 0 || age > longest) return now_;
    return now_ - Duration{age};
}

}  // namespace janus_harness::net
