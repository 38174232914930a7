#define CURL_DISABLE_TYPECHECK  // its macros use old-style casts
#include "net/web_socket_stream.h"

#include <sys/socket.h>

#include <cerrno>

namespace janus_harness::net {
namespace {

std::optional<std::size_t> moved_by_libcurl(CURLcode code, std::size_t count) {
    if (code == CURLE_AGAIN) return 0;
    if (code != CURLE_OK || count == 0) return std::nullopt;
    return count;
}

std::optional<std::size_t> moved_by_kernel(ssize_t count) {
    if (count > 0) return static_cast<std::size_t>(count);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
    return std::nullopt;
}

}  // namespace

WebSocketStream::WebSocketStream(const CurlEasy& easy, bool secure) : easy_(easy), secure_(secure) {
    curl_easy_getinfo(easy.get(), CURLINFO_ACTIVESOCKET, &socket_);
}

std::optional<std::size_t> WebSocketStream::read(std::span<std::uint8_t> buffer) {
    // libcurl looks its connection up in a list of all connections with every call, so a plain
    // connection is read and written directly.
    if (!secure_) return moved_by_kernel(recv(socket_, buffer.data(), buffer.size(), MSG_DONTWAIT));
    std::size_t count = 0;
    const CURLcode code = curl_easy_recv(easy_.get(), buffer.data(), buffer.size(), &count);
    return moved_by_libcurl(code, count);
}

std::optional<std::size_t> WebSocketStream::write(ByteView bytes) {
    // The first write goes through libcurl always: it marks the connection as in use, so that
    // libcurl does not close it as an old idle one.
    if (!secure_ && attached_) {
        return moved_by_kernel(
            send(socket_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL));
    }
    attached_ = true;
    std::size_t count = 0;
    const CURLcode code = curl_easy_send(easy_.get(), bytes.data(), bytes.size(), &count);
    return moved_by_libcurl(code, count);
}

}  // namespace janus_harness::net
