#pragma once

#include <sys/socket.h>
#include <time.h>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/socket_address.h"
#include "core/time.h"

// Inside this module only: several datagrams with one system call.
namespace janus_harness::net {

// Uses `buffer` (the loop's) cut into equal slots.
class UdpReceiveBatch {
  public:
    static constexpr unsigned int slots = 32;

    explicit UdpReceiveBatch(std::span<std::uint8_t> buffer);
    UdpReceiveBatch(const UdpReceiveBatch&) = delete;
    UdpReceiveBatch& operator=(const UdpReceiveBatch&) = delete;

    // How many datagrams came (0 to slots), or -1 with errno set. With `timestamps` the socket has
    // SO_TIMESTAMPNS.
    int receive(int fd, bool timestamps);
    SocketAddress remote(unsigned int index) const;
    std::span<std::uint8_t> bytes(unsigned int index);
    // When the kernel got the datagram (SO_TIMESTAMPNS, wall clock); nullopt where it did not say.
    std::optional<timespec> arrival(unsigned int index) const;

  private:
    struct Control {
        alignas(cmsghdr) std::array<std::uint8_t, CMSG_SPACE(sizeof(timespec))> bytes;
    };

    void prepare(unsigned int count, bool timestamps);

    std::array<mmsghdr, slots> messages_{};
    std::array<iovec, slots> parts_{};
    std::array<sockaddr_storage, slots> remotes_{};
    std::array<Control, slots> controls_{};
};

// Turns the kernel's wall-clock stamps into the clock of measurements. Made once a batch, since the
// wall clock may be set at any time.
class ArrivalClock {
  public:
    ArrivalClock();
    // The present time.
    TimePoint now() const { return now_; }
    // Never later than now(), and now() itself for a stamp that is more than ten seconds off: the
    // wall clock was set in between.
    TimePoint monotonic(const timespec& stamp) const;

  private:
    TimePoint now_;
    std::int64_t wall_now_;  // ns since the epoch
};

}  // namespace janus_harness::net
