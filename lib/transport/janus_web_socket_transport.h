#pragma once

#include <memory>
#include <string>

#include "net/web_socket.h"
#include "transport/janus_transport.h"

namespace janus_harness::transport {

// One WebSocket for one session. Its end, for whatever reason, is ConnectionLost.
class JanusWebSocketTransport : public JanusTransport {
  public:
    JanusWebSocketTransport(net::HttpClient& client, std::string url, JanusTransportOptions options,
                            janus::Session& session, ActivityCallback on_activity);
    ~JanusWebSocketTransport() override;

    void connect() override;
    void flush() override;
    void close() override;
    JanusTransportStatistics statistics() const override { return statistics_; }

  private:
    net::WebSocket::Callbacks callbacks();
    void tell_owner(TimePoint now);

    net::HttpClient& client_;
    std::string url_;
    JanusTransportOptions options_;
    janus::Session& session_;
    ActivityCallback on_activity_;
    JanusTransportStatistics statistics_;
    std::unique_ptr<net::WebSocket> socket_;
};

}  // namespace janus_harness::transport
