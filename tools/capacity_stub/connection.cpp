#include "tools/capacity_stub/connection.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace janus_harness::capacity_stub {
namespace {

// A client that does not read is not waited for.
constexpr std::size_t most_output = 16 << 20;
constexpr std::size_t most_input = 4 << 20;

}  // namespace

Connection::~Connection() {
    close(descriptor_);
}

bool Connection::read() {
    static std::array<char, 65536> bytes;
    for (;;) {
        const auto count = recv(descriptor_, bytes.data(), bytes.size(), MSG_DONTWAIT);
        if (count < 0) return errno == EAGAIN || errno == EINTR;
        if (count == 0) return false;
        input.append(bytes.data(), static_cast<std::size_t>(count));
        if (static_cast<std::size_t>(count) < bytes.size()) return true;
        if (input.size() > most_input) return false;
    }
}

bool Connection::flush() {
    std::size_t sent = 0;
    while (sent < output.size()) {
        const auto count = send(descriptor_, output.data() + sent, output.size() - sent,
                                MSG_DONTWAIT | MSG_NOSIGNAL);
        if (count < 0 && errno == EAGAIN) break;
        if (count < 0) return false;
        sent += static_cast<std::size_t>(count);
    }
    output.erase(0, sent);
    if (output.size() > most_output) return false;
    return !(output.empty() && close_when_flushed);
}

}  // namespace janus_harness::capacity_stub
