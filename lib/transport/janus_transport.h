#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/result.h"
#include "core/time.h"
#include "janus/session.h"
#include "net/http_client.h"
#include "net/loop.h"
#include "net/tls_options.h"

namespace janus_harness::transport {

struct JanusTransportOptions {
    // Put into the query of long polls; requests carry the session's own apisecret and token.
    std::string apisecret;
    std::string token;
    net::TlsOptions tls;
    int maxev = 10;  // events a long poll may return; 1: each poll returns one object
    Duration connect_timeout = std::chrono::seconds(5);
    Duration request_timeout = std::chrono::seconds(10);
    // Janus answers a poll after 30 s at the latest.
    Duration poll_timeout = std::chrono::seconds(45);
    // A poll cut short is repeated after this time, doubled each time up to the maximum; after
    // `poll_attempts` failures in a row the connection counts as lost.
    Duration poll_backoff = std::chrono::milliseconds(100);
    Duration poll_backoff_maximum = std::chrono::seconds(2);
    int poll_attempts = 6;
};

struct JanusTransportStatistics {
    std::uint64_t requests = 0;
    std::uint64_t polls = 0;            // long polls answered (HTTP)
    std::uint64_t polls_cut_short = 0;  // reset, timed out, 5xx or without a body
    std::uint64_t messages = 0;         // messages fed into the session (a poll's array counts 1)
};

// Carries one janus::Session over a connection. The session is borrowed and must outlive the
// transport. After anything was fed into the session, `on_activity` is called: the owner then
// drains Session::poll_event(), makes its next requests and calls flush(). on_activity may destroy
// the transport. Time-outs of the session are the owner's: call Session::handle_timeout(), then
// flush().
class JanusTransport {
  public:
    using ActivityCallback = std::function<void(TimePoint now)>;

    virtual ~JanusTransport() = default;
    // Starts to connect. A failure comes as the session's event ConnectionLost. (Over HTTP there is
    // nothing to connect; an unreachable server shows as RequestFailed of the first request.)
    virtual void connect() = 0;
    // Sends what Session::poll_transmit() has; before the connection is up it waits for it.
    virtual void flush() = 0;
    // Ends the connection; no callback comes any more. A session left on Janus ends there at once
    // (WebSocket) or with its time-out (HTTP).
    virtual void close() = 0;
    virtual JanusTransportStatistics statistics() const = 0;
};

// Chooses by scheme: http://, https:// (the URL of the API, "http://host:8088/janus"), ws://,
// wss://. Error "janus_url".
Result<std::unique_ptr<JanusTransport>> make_janus_transport(
    net::Loop& loop, net::HttpClient& client, const std::string& url, JanusTransportOptions options,
    janus::Session& session, JanusTransport::ActivityCallback on_activity);

}  // namespace janus_harness::transport
