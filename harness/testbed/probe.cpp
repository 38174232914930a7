#include "harness/testbed/probe.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "harness/testbed/file_descriptor.h"

namespace janus_harness::testbed {

namespace {

Error probe_failed(const char* what) {
    return {"probe_failed", fmt::format("{}: {}", what, std::strerror(errno))};
}

Result<FileDescriptor> connected_socket(const SocketAddress& server, int type, Duration limit) {
    FileDescriptor socket(::socket(server.is_ipv6() ? AF_INET6 : AF_INET, type | SOCK_CLOEXEC, 0));
    if (!socket.valid()) return probe_failed("socket");
    timeval timeout{};
    timeout.tv_usec = std::chrono::duration_cast<std::chrono::microseconds>(limit).count();
    timeout.tv_sec = timeout.tv_usec / 1'000'000;
    timeout.tv_usec %= 1'000'000;
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
    if (::connect(socket.get(), server.data(), server.size()) != 0) return probe_failed("connect");
    return socket;
}

}  // namespace

Result<std::string> http_get(const SocketAddress& server, const std::string& path, Duration limit) {
    Result<FileDescriptor> socket = connected_socket(server, SOCK_STREAM, limit);
    if (!socket) return socket.error();
    const std::string request =
        fmt::format("GET {} HTTP/1.0\r\nHost: {}\r\n\r\n", path, server.to_string());
    if (!write_fully(socket->get(), request)) return probe_failed("send");
    const std::string answer = read_to_end(socket->get());
    const std::size_t body = answer.find("\r\n\r\n");
    if (body == std::string::npos)
        return Error{"probe_failed", fmt::format("no HTTP answer ({} bytes)", answer.size())};
    return answer.substr(body + 4);
}

Result<std::string> udp_exchange(const SocketAddress& server, const std::string& request,
                                 Duration limit) {
    Result<FileDescriptor> socket = connected_socket(server, SOCK_DGRAM, limit);
    if (!socket) return socket.error();
    if (::send(socket->get(), request.data(), request.size(), MSG_NOSIGNAL) < 0)
        return probe_failed("send");
    std::array<char, 4096> buffer{};
    const ssize_t size = ::recv(socket->get(), buffer.data(), buffer.size(), 0);
    if (size < 0) return probe_failed("receive");
    return std::string(buffer.data(), static_cast<std::size_t>(size));
}

}  // namespace janus_harness::testbed
