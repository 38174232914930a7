#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "tools/capacity_stub/api.h"
#include "tools/capacity_stub/connection.h"
#include "tools/capacity_stub/http_request.h"

namespace janus_harness::capacity_stub {

// The event loop: TCP connections to the API, sockets to the calls.
class Server {
  public:
    // Errors "stub_listen" and those of Media::create().
    static Result<std::unique_ptr<Server>> create(const Options& options);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    std::uint16_t http_port() const { return http_port_; }
    std::uint16_t web_socket_port() const { return web_socket_port_; }
    // Until SIGTERM or SIGINT.
    void run();
    Counters counters() const;

  private:
    // Events of a session whose client polls for them.
    struct Outbox {
        std::deque<std::string> events;
        std::uint64_t poll = 0;  // the connection whose poll waits; 0: none
        bool poll_wants_array = false;
        std::size_t most_events = 1;
        std::uint64_t poll_number = 0;  // of all polls that ever waited
    };
    struct PollDeadline {
        TimePoint due;
        std::uint64_t session_id = 0;
        std::uint64_t poll_number = 0;
    };

    explicit Server(const Options& options);
    Result<void> start();
    Result<int> listen(std::uint16_t port, std::uint64_t tag, std::uint16_t& bound);
    bool watch(int descriptor, std::uint64_t tag, std::uint32_t events, int operation);

    std::optional<TimePoint> next_timeout() const;
    void turn();
    void accept(int listener);
    void handle_event(std::uint64_t tag, std::uint32_t events);
    void handle_connection(Connection& connection, std::uint32_t events);
    void handle_timeouts(TimePoint now);
    void deliver_notices();
    void note_flush(Connection& connection);
    void flush_noted();
    void close(std::uint64_t connection_id);
    Connection* find(std::uint64_t connection_id);

    // The media sockets are read at once while there is little to do, and else every few
    // milliseconds, for large batches.
    void handle_media(TimePoint now);
    Duration media_interval() const;
    void note_media_wait(Duration wait);
    void stall_if_due(TimePoint now);

    void take_http(Connection& connection);
    void answer_http(Connection& connection, const HttpRequest& request);
    void answer_post(Connection& connection, const HttpRequest& request, PathIds ids);
    void answer_get(Connection& connection, const HttpRequest& request);
    void start_poll(Connection& connection, const HttpRequest& request, std::uint64_t session_id);
    void end_poll(Outbox& outbox, bool keepalive);
    void end_session_of_client(std::uint64_t session_id);
    void expire_polls(TimePoint now);
    void respond(Connection& connection, std::string_view status, std::string_view body);

    void upgrade(Connection& connection, const HttpRequest& request);
    void take_web_socket(Connection& connection);

    Options options_;
    Counters counters_;
    std::unique_ptr<Media> media_;
    std::unique_ptr<Api> api_;
    int epoll_ = -1;
    int signals_ = -1;
    int http_listener_ = -1;
    int web_socket_listener_ = -1;
    std::uint16_t http_port_ = 0;
    std::uint16_t web_socket_port_ = 0;
    bool stopping_ = false;

    std::uint64_t last_connection_ = 0;
    std::unordered_map<std::uint64_t, std::unique_ptr<Connection>> connections_;
    std::vector<std::uint64_t> to_flush_;
    std::unordered_map<std::uint64_t, Outbox> outboxes_;  // by session
    std::deque<PollDeadline> poll_deadlines_;             // in their order
    std::uint64_t polls_ = 0;

    TimePoint woken_{};
    std::optional<TimePoint> media_due_;  // when to look; else epoll tells when a datagram comes
    TimePoint media_waiting_since_{};
    TimePoint last_media_round_{};
    TimePoint next_handshake_look_{};
};

}  // namespace janus_harness::capacity_stub
