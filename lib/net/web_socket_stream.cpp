#define CURL_DISABLE_TYPECHECK  // its macros use old-style casts
#include "net/web_socket_stream.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

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

WebSocketStream::WebSocketStream(std::unique_ptr<CurlEasy> easy, bool secure)
    : easy_(std::move(easy)) {
    curl_easy_getinfo(easy_->get(), CURLINFO_ACTIVESOCKET, &socket_);
    if (secure) return;
    // libcurl closes its own descriptor, which leaves the connection to ours.
    socket_ = fcntl(socket_, F_DUPFD_CLOEXEC, 0);
    easy_.reset();
}

WebSocketStream::~WebSocketStream() {
    if (!easy_ && socket_ >= 0) ::close(socket_);
}

std::optional<std::size_t> WebSocketStream::read(std::span<std::uint8_t> buffer) {
    if (!easy_) return moved_by_kernel(recv(socket_, buffer.data(), buffer.size(), MSG_DONTWAIT));
    std::size_t count = 0;
    const CURLcode code = curl_easy_recv(easy_->get(), buffer.data(), buffer.size(), &count);
    return moved_by_libcurl(code, count);
}

std::optional<std::size_t> WebSocketStream::write(ByteView bytes) {
    if (!easy_) {
        return moved_by_kernel(
            send(socket_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL));
    }
    std::size_t count = 0;
    const CURLcode code = curl_easy_send(easy_->get(), bytes.data(), bytes.size(), &count);
    return moved_by_libcurl(code, count);
}

}  // namespace janus_harness::net
