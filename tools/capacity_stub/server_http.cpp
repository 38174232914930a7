// The API over HTTP: requests by POST, events by long polls.
#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "tools/capacity_stub/server.h"

namespace janus_harness::capacity_stub {
namespace {

constexpr Duration longest_poll = std::chrono::seconds(30);
constexpr std::size_t most_events_a_poll = 1000;
constexpr std::string_view base_path = "/janus";

// The ids in "/janus/<session>/<handle>"; nullopt for any other path.
std::optional<PathIds> ids_of(std::string_view path) {
    if (!path.starts_with(base_path)) return std::nullopt;
    const auto parts = split(path.substr(base_path.size()), '/');
    if (parts.size() > 3 || !parts[0].empty()) return std::nullopt;
    PathIds ids;
    for (std::size_t i = 1; i < parts.size(); ++i) {
        if (parts[i].empty()) continue;
        const auto id = parse_unsigned(parts[i]);
        if (!id) return std::nullopt;
        (i == 1 ? ids.session_id : ids.handle_id) = *id;
    }
    return ids;
}

}  // namespace

void Server::take_http(Connection& connection) {
    // One at a time: while a poll waits, what follows it does too.
    while (connection.polled_session == 0 && !connection.close_when_flushed && !connection.frames &&
           !connection.input.empty()) {
        const auto request = parse_http_request(connection.input);
        if (!request) return;
        if (!request->ok()) {
            connection.close_when_flushed = true;
            respond(connection, "400 Bad Request", "");
            return;
        }
        const std::size_t size = request->value().size;
        if (!request->value().keep_alive) connection.close_when_flushed = true;
        answer_http(connection, request->value());
        connection.input.erase(0, size);
    }
}

void Server::respond(Connection& connection, std::string_view status, std::string_view body) {
    fmt::format_to(std::back_inserter(connection.output),
                   "HTTP/1.1 {}\r\nContent-Type: application/json\r\n"
                   "Content-Length: {}\r\n{}\r\n{}",
                   status, body.size(),
                   connection.close_when_flushed ? "Connection: close\r\n" : "", body);
    note_flush(connection);
}

void Server::answer_http(Connection& connection, const HttpRequest& request) {
    if (request.upgrades_to_web_socket) {
        upgrade(connection, request);
    } else if (request.method == "GET") {
        answer_get(connection, request);
    } else if (request.method != "POST") {
        respond(connection, "405 Method Not Allowed", "");
    } else if (const auto ids = ids_of(request.path)) {
        answer_post(connection, request, *ids);
    } else {
        respond(connection, "404 Not Found", "");
    }
}

void Server::answer_post(Connection& connection, const HttpRequest& request, PathIds ids) {
    const std::string reply = api_->handle_request(MonotonicClock::now(), request.body, ids, 0);
    respond(connection, "200 OK", reply);
    if (ids.session_id != 0 && !api_->has_session(ids.session_id)) {
        end_session_of_client(ids.session_id);
    }
}

void Server::answer_get(Connection& connection, const HttpRequest& request) {
    if (request.path == "/stub/counters") {
        respond(connection, "200 OK", to_json(counters()) + "\n");
    } else if (request.path == "/janus/info") {
        respond(connection, "200 OK", api_->server_info("info"));
    } else if (const auto ids = ids_of(request.path);
               ids && ids->handle_id == 0 && api_->has_session(ids->session_id)) {
        start_poll(connection, request, ids->session_id);
    } else {
        respond(connection, "404 Not Found", "");
    }
}

void Server::start_poll(Connection& connection, const HttpRequest& request,
                        std::uint64_t session_id) {
    Outbox& outbox = outboxes_[session_id];
    if (outbox.poll != 0) end_poll(outbox, true);
    const auto most = parse_unsigned(request.parameter("maxev")).value_or(1);
    outbox.poll = connection.id();
    outbox.poll_number = ++polls_;
    outbox.poll_wants_array = most > 1;
    outbox.most_events = std::clamp<std::size_t>(most, 1, most_events_a_poll);
    connection.polled_session = session_id;
    if (!outbox.events.empty()) {
        end_poll(outbox, false);
    } else {
        poll_deadlines_.push_back(
            {MonotonicClock::now() + longest_poll, session_id, outbox.poll_number});
    }
}

// Answers the poll that waits, if one does, with what there is.
void Server::end_poll(Outbox& outbox, bool keepalive) {
    Connection* connection = find(outbox.poll);
    outbox.poll = 0;
    if (connection == nullptr) return;
    connection->polled_session = 0;
    std::string body;
    if (keepalive) body = R"({"janus":"keepalive"})";
    for (std::size_t i = 0; i < outbox.most_events && !outbox.events.empty() && !keepalive; ++i) {
        if (!body.empty()) body += ',';
        body += outbox.events.front();
        outbox.events.pop_front();
    }
    if (outbox.poll_wants_array) body = "[" + body + "]";
    respond(*connection, "200 OK", body);
}

void Server::expire_polls(TimePoint now) {
    while (!poll_deadlines_.empty() && poll_deadlines_.front().due <= now) {
        const PollDeadline deadline = poll_deadlines_.front();
        poll_deadlines_.pop_front();
        const auto outbox = outboxes_.find(deadline.session_id);
        if (outbox == outboxes_.end() || outbox->second.poll == 0) continue;
        if (outbox->second.poll_number == deadline.poll_number) end_poll(outbox->second, true);
    }
}

void Server::end_session_of_client(std::uint64_t session_id) {
    const auto outbox = outboxes_.find(session_id);
    if (outbox == outboxes_.end()) return;
    if (Connection* connection = find(outbox->second.poll)) {
        connection->polled_session = 0;
        respond(*connection, "404 Not Found", "");
    }
    outboxes_.erase(outbox);
}

}  // namespace janus_harness::capacity_stub
