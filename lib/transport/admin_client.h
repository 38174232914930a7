#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "net/http_client.h"

namespace janus_harness::transport {

// Janus's admin API over HTTP ("http://host:7088/admin"): what is left on the server. Callbacks
// come once each, never from within the call, and not at all after the client was destroyed.
// Errors: those of net::HttpClient, "admin_status" (HTTP status), "admin_rejected" (Janus's code
// and reason), "admin_answer" (not what the API promises).
class AdminClient {
  public:
    using IdsCallback = std::function<void(TimePoint, Result<std::vector<std::uint64_t>>)>;
    using TextCallback = std::function<void(TimePoint, Result<std::string>)>;

    AdminClient(net::HttpClient& client, std::string url, std::string admin_secret,
                net::TlsOptions tls = {});
    ~AdminClient();
    AdminClient(const AdminClient&) = delete;
    AdminClient& operator=(const AdminClient&) = delete;

    void list_sessions(IdsCallback callback);
    void list_handles(std::uint64_t session_id, IdsCallback callback);
    // The `info` object as JSON text.
    void handle_info(std::uint64_t session_id, std::uint64_t handle_id, TextCallback callback);

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace janus_harness::transport
