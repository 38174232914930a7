#include "transport/janus_transport.h"

#include <fmt/format.h>

#include <utility>

#include "transport/janus_http_transport.h"
#include "transport/janus_web_socket_transport.h"

namespace janus_harness::transport {

Result<std::unique_ptr<JanusTransport>> make_janus_transport(
    net::Loop&, net::HttpClient& client, const std::string& url, JanusTransportOptions options,
    janus::Session& session, JanusTransport::ActivityCallback on_activity) {
    using Pointer = std::unique_ptr<JanusTransport>;
    if (url.starts_with("http://") || url.starts_with("https://")) {
        return Pointer(std::make_unique<JanusHttpTransport>(client, url, std::move(options),
                                                            session, std::move(on_activity)));
    }
    if (url.starts_with("ws://") || url.starts_with("wss://")) {
        return Pointer(std::make_unique<JanusWebSocketTransport>(client, url, std::move(options),
                                                                 session, std::move(on_activity)));
    }
    return Error{"janus_url",
                 fmt::format("\"{}\" does not start with http://, https://, ws:// or wss://", url)};
}

}  // namespace janus_harness::transport
