#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/time.h"
#include "net/loop.h"
#include "net/tls_options.h"

namespace janus_harness::net {

struct HttpRequest {
    std::string method = "GET";
    std::string url;  // http:// or https://
    std::string body;
    std::vector<std::string> headers;  // "Name: value"
    Duration timeout = std::chrono::seconds(10);
    Duration connect_timeout = std::chrono::seconds(5);
    std::size_t max_body = 4U << 20;  // bytes of the answer
    TlsOptions tls;
    std::size_t lane = 0;  // HttpLane::number()
};

struct HttpResponse {
    int status = 0;
    std::string body;
    // How often the request was sent: libcurl repeats one by itself when a kept-alive connection is
    // closed before a byte of the answer came.
    int attempts = 1;
};

// HTTP/1.1 requests of all clients of a loop over libcurl; connections are kept alive and reused by
// requests of the same lane. Redirects are not followed, proxies of the environment not used.
class HttpClient {
  public:
    using RequestId = std::uint64_t;
    // Error codes: "http_bad_url", "http_resolve", "http_connect" (refused, unreachable, in time
    // not connected), "http_tls" (certificate or handshake), "http_timeout", "http_reset" (closed
    // or cut before the answer was whole), "http_body_too_large", "http_transfer" (anything else).
    using Callback = std::function<void(TimePoint now, Result<HttpResponse>)>;

    // `max_connections` idle and busy connections are kept at most (libcurl's cache).
    explicit HttpClient(Loop& loop, long max_connections = 65536);
    // Cancels what is under way.
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    // Starts a request. `callback` comes exactly once, never from within send(), unless the request
    // is cancelled first. It may send, cancel, and destroy the client.
    RequestId send(HttpRequest request, Callback callback);
    // No callback comes after this. An unknown or finished id is ignored.
    void cancel(RequestId id);

    std::size_t requests_under_way() const;
    // Connections opened since the start: tells whether keep-alive works.
    std::uint64_t connections_opened() const;

    Loop& loop();

    // For WebSocket.
    class Multi;
    std::shared_ptr<Multi> multi();

  private:
    friend class HttpLane;
    struct Requests;
    struct Lanes;
    std::shared_ptr<Lanes> lanes_;
    std::shared_ptr<Requests> requests_;
};

// A part of a client's connections. libcurl looks for one to reuse among all, one by one, busy ones
// too; with thousands of long polls that would cost more than the request. So whoever lives long
// and has many like it takes a lane, and shares connections with a few dozen others only.
class HttpLane {
  public:
    // The first that has room. The client must outlive it.
    explicit HttpLane(HttpClient& client);
    ~HttpLane();
    HttpLane(const HttpLane&) = delete;
    HttpLane& operator=(const HttpLane&) = delete;

    static constexpr std::size_t most_users = 64;
    // For HttpRequest::lane.
    std::size_t number() const { return number_; }

  private:
    HttpClient& client_;
    std::size_t number_;
};

}  // namespace janus_harness::net
