#define CURL_DISABLE_TYPECHECK  // its macros use old-style casts
#include "net/web_socket_connection.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "net/curl_error.h"

namespace janus_harness::net {
namespace {

std::atomic<std::int64_t>& live_web_sockets() {
    static auto& counter = Balance::counter("websocket");
    return counter;
}

}  // namespace

WebSocket::Connection::Connection(HttpClient& client, WebSocketOptions options, Callbacks callbacks)
    : HandleOwner("websocket"),
      multi_(client.multi()),
      callbacks_(std::move(callbacks)),
      url_(options.url),
      opening_(std::make_unique<Opening>(client.loop(), std::move(options),
                                         [this](TimePoint) { overdue(); })),
      framing_(opening_->options.max_message),
      counted_(live_web_sockets()) {}

void WebSocket::Connection::overdue() {
    fail({"websocket_timeout", fmt::format("{}: not open after {} s", url_,
                                           to_seconds(opening_->options.open_timeout))});
}

void WebSocket::Connection::start() {
    auto url = parse_web_socket_url(url_);
    if (!url) {
        multi_->loop().defer([weak = weak_from_this(), error = url.error()] {
            if (const auto self = weak.lock()) self->fail(error);
        });
        return;
    }
    opening_->url = std::move(url).value();
    opening_->timer.start_at(Loop::now() + opening_->options.open_timeout);
    start_connecting();
}

void WebSocket::Connection::start_connecting() {
    opening_->easy = std::make_unique<CurlEasy>(multi_);
    CurlEasy& easy = *opening_->easy;
    const WebSocketOptions& options = opening_->options;
    set_common_options(easy.get(), opening_->url.http_url, options.tls, options.open_timeout);
    curl_easy_setopt(easy.get(), CURLOPT_CONNECT_ONLY, 1L);
    easy.start(this);
}

void WebSocket::Connection::on_complete(CURLcode code) {
    if (phase_ != Phase::connecting) return;
    const auto self = shared_from_this();
    if (code != CURLE_OK) {
        fail(curl_error("websocket", code, url_, opening_->easy->error_text().data(), false));
        return;
    }
    start_upgrade();
}

void WebSocket::Connection::start_upgrade() {
    phase_ = Phase::upgrading;
    const WebSocketUrl& url = opening_->url;
    stream_.emplace(std::move(opening_->easy), url.secure);
    poll_.emplace(this);
    if (stream_->socket() < 0 ||
        uv_poll_init_socket(multi_->loop().raw(), poll_->get(), stream_->socket()) != 0) {
        poll_->discard();
        fail({"websocket_connect", url_ + ": the socket cannot be watched"});
        return;
    }
    opening_->key = make_web_socket_key();
    const std::string request = upgrade_request(url, opening_->options.protocol, opening_->key);
    unsent_.assign(request.begin(), request.end());
    write_pending();
}

void WebSocket::Connection::watch(int events) {
    // libuv forgets and registers the descriptor anew with every start: two system calls.
    if (watched_ == events) return;
    watched_ = events;
    uv_poll_start(poll_->get(), events, [](uv_poll_t* handle, int status, int happened) {
        if (handle->data == nullptr) return;
        auto* owner = static_cast<HandleOwner*>(handle->data);
        const auto self = static_cast<Connection*>(owner)->shared_from_this();
        // libuv has stopped watching after an error, which shows when reading.
        if (status < 0) self->watched_ = 0;
        self->socket_active(status < 0 ? UV_READABLE : happened);
    });
}

void WebSocket::Connection::socket_active(int events) {
    if ((events & UV_READABLE) != 0) read_available();
    if (phase_ != Phase::ended) write_pending();
}

void WebSocket::Connection::read_available() {
    std::array<std::uint8_t, 16384> buffer;
    while (phase_ != Phase::ended) {
        const auto count = stream_->read(buffer);
        if (!count) {
            fail({"websocket_reset", url_ + ": the connection was closed"});
            return;
        }
        if (*count == 0) return;
        const bool last = *count < buffer.size() && stream_->drained_by_short_read();
        take_bytes(ByteView(buffer.data(), *count));
        if (last) return;
    }
}

void WebSocket::Connection::take_bytes(ByteView bytes) {
    if (phase_ == Phase::upgrading) {
        take_upgrade_response(bytes);
    } else {
        framing_.feed(bytes);
        deliver_messages();
    }
}

void WebSocket::Connection::take_upgrade_response(ByteView bytes) {
    opening_->answer.append(bytes.begin(), bytes.end());
    const auto checked =
        check_upgrade_response(opening_->answer, opening_->options.protocol, opening_->key);
    if (!checked) return;
    if (!*checked) {
        fail(checked->error());
        return;
    }
    phase_ = Phase::open;
    // Frames may follow the header in the same segment.
    const std::string rest = opening_->answer.substr(checked->value());
    opening_.reset();
    if (callbacks_.on_open) callbacks_.on_open(Loop::now());
    if (phase_ != Phase::open) return;
    framing_.feed({reinterpret_cast<const std::uint8_t*>(rest.data()), rest.size()});
    deliver_messages();
}

void WebSocket::Connection::deliver_messages() {
    while (phase_ == Phase::open) {
        const auto message = framing_.poll_message();
        if (!message) break;
        callbacks_.on_message(Loop::now(), *message);
    }
    if (phase_ == Phase::open && framing_.ended()) {
        write_pending();  // the answering close frame
        fail(*framing_.ended());
    }
}

void WebSocket::Connection::write_pending() {
    if (phase_ == Phase::ended) return;
    if (phase_ == Phase::open) {
        const Bytes frames = framing_.take_output();
        unsent_.insert(unsent_.end(), frames.begin(), frames.end());
    }
    std::size_t done = 0;
    while (done < unsent_.size()) {
        const auto count = stream_->write(ByteView(unsent_).subspan(done));
        // A broken connection shows when reading, after what the server still had to say.
        if (!count || *count == 0) break;
        done += *count;
    }
    if (done == unsent_.size()) {
        unsent_ = Bytes();
    } else {
        unsent_.erase(unsent_.begin(), unsent_.begin() + static_cast<std::ptrdiff_t>(done));
    }
    watch(unsent_.empty() ? UV_READABLE : UV_READABLE | UV_WRITABLE);
}

bool WebSocket::Connection::send_text(std::string_view message) {
    if (phase_ != Phase::open) return false;
    framing_.queue_text(message);
    write_pending();
    return true;
}

void WebSocket::Connection::close() {
    if (phase_ == Phase::open) {
        framing_.queue_close(WSLAY_CODE_NORMAL_CLOSURE);
        write_pending();
    }
    release();
}

void WebSocket::Connection::fail(Error error) {
    if (phase_ == Phase::ended) return;
    const auto self = shared_from_this();
    release();
    if (callbacks_.on_close) callbacks_.on_close(Loop::now(), std::move(error));
}

void WebSocket::Connection::release() {
    phase_ = Phase::ended;
    poll_.reset();
    stream_.reset();
    opening_.reset();
}

}  // namespace janus_harness::net
