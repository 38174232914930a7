#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "core/balance.h"
#include "net/curl_multi.h"
#include "net/timer.h"
#include "net/uv_handle.h"
#include "net/web_socket.h"
#include "net/web_socket_framing.h"
#include "net/web_socket_stream.h"
#include "net/web_socket_upgrade.h"

namespace janus_harness::net {

// connecting --TCP and TLS up--> upgrading --101--> open --close, error--> ended
// Any state goes to ended by an error, the open time-out or close().
class WebSocket::Connection : public CurlTransfer,
                              public HandleOwner,
                              public std::enable_shared_from_this<WebSocket::Connection> {
  public:
    Connection(HttpClient& client, WebSocketOptions options, Callbacks callbacks);

    void start();
    bool send_text(std::string_view message);
    void close();
    bool is_open() const { return phase_ == Phase::open; }

    void on_complete(CURLcode code) override;

  private:
    enum class Phase { connecting, upgrading, open, ended };
    // What only a socket that is not open yet needs.
    struct Opening {
        Opening(Loop& loop, WebSocketOptions all_options, std::function<void(TimePoint)> overdue)
            : options(std::move(all_options)), timer(loop, std::move(overdue)) {}

        WebSocketOptions options;
        WebSocketUrl url;
        std::string key;
        std::string answer;  // of the server, so far
        Timer timer;
        std::unique_ptr<CurlEasy> easy;
    };

    void overdue();
    void start_connecting();
    void start_upgrade();
    void watch(int events);
    void socket_active(int events);
    void read_available();
    void take_bytes(ByteView bytes);
    void take_upgrade_response(ByteView bytes);
    void deliver_messages();
    void write_pending();
    void fail(Error error);
    void release();

    std::shared_ptr<HttpClient::Multi> multi_;
    Callbacks callbacks_;
    std::string url_;
    Phase phase_ = Phase::connecting;
    int watched_ = 0;  // events
    std::unique_ptr<Opening> opening_;
    WebSocketFraming framing_;
    Bytes unsent_;
    std::optional<WebSocketStream> stream_;
    std::optional<UvHandle<uv_poll_t>> poll_;
    Counted counted_;
};

}  // namespace janus_harness::net
