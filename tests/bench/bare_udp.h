#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

// UDP over loopback with nothing but sendmmsg and recvmmsg, in batches of 32.
namespace janus_harness::bench {

constexpr unsigned int kBatch = 32;
constexpr std::size_t kSlotBytes = 256;

// Up to 32 datagrams with their addresses, as the two system calls want them.
class DatagramBatch {
  public:
    // `answering`: each datagram's destination is kept, so that the answer leaves from there; the
    // socket must have IP_PKTINFO set.
    explicit DatagramBatch(bool answering = false);
    DatagramBatch(const DatagramBatch&) = delete;
    DatagramBatch& operator=(const DatagramBatch&) = delete;

    // Number received; 0 when there is nothing now. `flags` of recvmmsg().
    unsigned int receive(int fd, int flags);
    // All of the first `count`, to the addresses they carry.
    void send(int fd, unsigned int count);
    std::uint8_t* bytes(unsigned int index) { return buffers_[index].data(); }
    std::size_t received_length(unsigned int index) const { return messages_[index].msg_len; }
    void prepare(unsigned int index, const sockaddr_in& to, std::size_t length);
    // What was just received goes back to where it came from.
    void prepare_reflection(unsigned int count);

  private:
    // As much as an IP_PKTINFO takes.
    struct alignas(cmsghdr) Destination {
        std::array<std::byte, CMSG_SPACE(sizeof(in_pktinfo))> bytes;
    };

    bool answering_;
    std::array<mmsghdr, kBatch> messages_{};
    std::array<Destination, kBatch> destinations_{};
    std::array<iovec, kBatch> parts_{};
    std::array<sockaddr_in, kBatch> addresses_{};
    std::array<std::array<std::uint8_t, kSlotBytes>, kBatch> buffers_{};
};

// A bound socket on 127.0.0.1 with 32 MiB of buffers (or what the system grants) and its address.
struct BoundSocket {
    int fd = -1;
    sockaddr_in address{};
};
BoundSocket bind_loopback();

// Another process that sends every datagram back from the address that it came to, on `core`
// (negative: any). It ends with ours. Each of `calls` calls has an address of its own, as at Janus;
// 128 of them share a socket, as in the capacity stub, with a host of 127.0.0.0/8 each. The sockets
// are looked at every half millisecond rather than waited for, since a waking is paid by the
// sender.
class Reflector {
  public:
    Reflector(int core, std::size_t calls);
    ~Reflector();
    Reflector(const Reflector&) = delete;
    Reflector& operator=(const Reflector&) = delete;
    // One for each call.
    const std::vector<sockaddr_in>& addresses() const { return addresses_; }

  private:
    std::vector<sockaddr_in> addresses_;
    pid_t process_ = -1;
};

}  // namespace janus_harness::bench
