#include "tools/capacity_stub/server.h"

#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <random>
#include <thread>

namespace janus_harness::capacity_stub {
namespace {

// What an event of epoll is about; connections count on from the last.
constexpr std::uint64_t signal_tag = 1;
constexpr std::uint64_t http_tag = 2;
constexpr std::uint64_t web_socket_tag = 3;
constexpr std::uint64_t media_tag = 4;
constexpr std::uint64_t first_connection = 16;

constexpr std::size_t events_a_turn = 256;
constexpr int backlog = 4096;
constexpr int accepts_an_event = 256;
constexpr std::uint64_t few_calls = 100;
// How many packets a socket should have when it is read, where a call sends 50 a second.
constexpr std::uint64_t packets_a_reading = 8;
constexpr Duration packet_time = std::chrono::milliseconds(20);
constexpr Duration shortest_interval = std::chrono::milliseconds(2);
constexpr Duration longest_interval = std::chrono::milliseconds(8);
constexpr Duration handshake_look_interval = std::chrono::milliseconds(5);

Error system_error(std::string_view what) {
    return {"stub_listen", fmt::format("{}: {}", what, std::strerror(errno))};
}

timespec until(TimePoint now, TimePoint due) {
    const auto wait = std::max(Duration::zero(), due - now).count();
    return {wait / 1'000'000'000, wait % 1'000'000'000};
}

}  // namespace

Server::Server(const Options& options) : options_(options), last_connection_(first_connection) {}

Server::~Server() {
    for (const int descriptor : {epoll_, signals_, http_listener_, web_socket_listener_}) {
        if (descriptor >= 0) ::close(descriptor);
    }
}

Result<std::unique_ptr<Server>> Server::create(const Options& options) {
    std::unique_ptr<Server> server(new Server(options));
    const auto started = server->start();
    if (!started) return started.error();
    return server;
}

Result<void> Server::start() {
    Random random(std::random_device{}());
    auto media = Media::create(options_, counters_, random.fork(1));
    if (!media) return media.error();
    media_ = std::move(media).value();
    api_ = std::make_unique<Api>(options_, *media_, counters_, random.fork(2));
    epoll_ = epoll_create1(EPOLL_CLOEXEC);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, nullptr);
    signals_ = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    if (!watch(signals_, signal_tag, EPOLLIN, EPOLL_CTL_ADD) ||
        !watch(media_->descriptor(), media_tag, EPOLLIN | EPOLLONESHOT, EPOLL_CTL_ADD)) {
        return system_error("epoll");
    }
    const auto http = listen(options_.http_port, http_tag, http_port_);
    if (!http) return http.error();
    http_listener_ = http.value();
    const auto web_socket = listen(options_.web_socket_port, web_socket_tag, web_socket_port_);
    if (!web_socket) return web_socket.error();
    web_socket_listener_ = web_socket.value();
    return {};
}

Result<int> Server::listen(std::uint16_t port, std::uint64_t tag, std::uint16_t& bound) {
    const auto address = SocketAddress::from_ip(options_.address, port);
    if (!address) return address.error();
    const int descriptor = socket(address->is_ipv6() ? AF_INET6 : AF_INET,
                                  SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int yes = 1;
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);  // accepted ones inherit it
    if (descriptor < 0 || bind(descriptor, address->data(), address->size()) != 0 ||
        ::listen(descriptor, backlog) != 0 || !watch(descriptor, tag, EPOLLIN, EPOLL_CTL_ADD)) {
        return system_error(fmt::format("cannot listen on {}", address->to_string()));
    }
    sockaddr_storage name{};
    socklen_t size = sizeof name;
    getsockname(descriptor, reinterpret_cast<sockaddr*>(&name), &size);
    bound = SocketAddress::from_sockaddr(reinterpret_cast<const sockaddr*>(&name)).port();
    return descriptor;
}

bool Server::watch(int descriptor, std::uint64_t tag, std::uint32_t events, int operation) {
    epoll_event event{};
    event.events = events;
    event.data.u64 = tag;
    return epoll_ctl(epoll_, operation, descriptor, &event) == 0;
}

void Server::run() {
    while (!stopping_) turn();
    deliver_notices();
    flush_noted();
}

Counters Server::counters() const {
    Counters result = counters_;
    result.receive_drops = media_->receive_drops();
    return result;
}

std::optional<TimePoint> Server::next_timeout() const {
    auto next = earliest(api_->next_timeout(), media_due_);
    if (const auto handshake = media_->next_timeout()) {
        next = earliest(next, std::max(*handshake, next_handshake_look_));
    }
    if (!poll_deadlines_.empty()) next = earliest(next, poll_deadlines_.front().due);
    if (options_.faults.stall_for > Duration::zero() && api_->first_answer()) {
        next = earliest(next, *api_->first_answer() + options_.faults.stall_after);
    }
    return next;
}

void Server::turn() {
    std::array<epoll_event, events_a_turn> events;
    const auto due = next_timeout();
    const auto now = MonotonicClock::now();
    // What came since the turn began has waited until now, at most.
    if (woken_ != TimePoint{}) note_media_wait(now - woken_);
    const timespec timeout = due ? until(now, *due) : timespec{};
    const int count = epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()),
                                   due ? &timeout : nullptr, nullptr);
    woken_ = MonotonicClock::now();
    for (int i = 0; i < count; ++i) {
        const auto& event = events[static_cast<std::size_t>(i)];
        handle_event(event.data.u64, event.events);
    }
    handle_media(MonotonicClock::now());
    handle_timeouts(MonotonicClock::now());
    deliver_notices();
    flush_noted();
    stall_if_due(woken_);
}

void Server::handle_event(std::uint64_t tag, std::uint32_t events) {
    if (tag == signal_tag) {
        stopping_ = true;
    } else if (tag == http_tag) {
        accept(http_listener_);
    } else if (tag == web_socket_tag) {
        accept(web_socket_listener_);
    } else if (tag == media_tag) {
        media_waiting_since_ = woken_;
        media_due_ = std::max(woken_, last_media_round_ + media_interval());
    } else if (Connection* connection = find(tag)) {
        handle_connection(*connection, events);
    }
}

void Server::accept(int listener) {
    for (int i = 0; i < accepts_an_event; ++i) {
        const int descriptor = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor < 0) return;
        const std::uint64_t id = ++last_connection_;
        connections_.emplace(id, std::make_unique<Connection>(id, descriptor));
        watch(descriptor, id, EPOLLIN | EPOLLRDHUP, EPOLL_CTL_ADD);
    }
}

void Server::handle_connection(Connection& connection, std::uint32_t events) {
    if ((events & EPOLLOUT) != 0) note_flush(connection);
    if ((events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) == 0) return;
    const bool open = connection.read();
    const std::uint64_t id = connection.id();
    if (!connection.frames) take_http(connection);
    if (connection.frames) take_web_socket(connection);
    if (!open) close(id);
}

void Server::handle_timeouts(TimePoint now) {
    api_->handle_timeout(now);
    expire_polls(now);
    const auto handshake = media_->next_timeout();
    if (!handshake || *handshake > now || now < next_handshake_look_) return;
    next_handshake_look_ = now + handshake_look_interval;
    media_->handle_timeout(now);
    while (const auto event = media_->poll_event()) api_->handle_media(*event);
}

Duration Server::media_interval() const {
    const std::uint64_t calls = counters_.active_calls;
    if (calls < few_calls) return Duration::zero();
    const Duration wanted = packet_time * packets_a_reading * media_->used_sockets() / calls;
    return std::clamp(wanted, shortest_interval, longest_interval);
}

void Server::handle_media(TimePoint now) {
    if (!media_due_ || now < *media_due_) return;
    note_media_wait(now - media_waiting_since_);
    const std::size_t datagrams = media_->receive(now);
    last_media_round_ = now;
    while (const auto event = media_->poll_event()) api_->handle_media(*event);
    const Duration interval = media_interval();
    if (datagrams > 0 && interval > Duration::zero()) {
        media_waiting_since_ = now;
        media_due_ = now + interval;
        return;
    }
    media_due_.reset();
    watch(media_->descriptor(), media_tag, EPOLLIN | EPOLLONESHOT, EPOLL_CTL_MOD);
}

void Server::note_media_wait(Duration wait) {
    counters_.longest_media_wait = std::max(counters_.longest_media_wait, wait);
}

void Server::stall_if_due(TimePoint now) {
    auto& faults = options_.faults;
    if (faults.stall_for <= Duration::zero() || !api_->first_answer()) return;
    if (now < *api_->first_answer() + faults.stall_after) return;
    std::this_thread::sleep_for(faults.stall_for);
    faults.stall_for = {};
    ++counters_.stalls;
}

void Server::deliver_notices() {
    while (auto notice = api_->poll_notice()) {
        if (notice->connection == 0) {
            Outbox& outbox = outboxes_[notice->session_id];
            outbox.events.push_back(std::move(notice->json));
            end_poll(outbox, false);
        } else if (Connection* connection = find(notice->connection)) {
            WebSocketFrames::append_text(notice->json, connection->output);
            note_flush(*connection);
        }
    }
}

void Server::note_flush(Connection& connection) {
    if (connection.flush_noted) return;
    connection.flush_noted = true;
    to_flush_.push_back(connection.id());
}

void Server::flush_noted() {
    for (const std::uint64_t id : std::exchange(to_flush_, {})) {
        Connection* connection = find(id);
        if (connection == nullptr) continue;
        connection->flush_noted = false;
        if (!connection->flush()) {
            close(id);
        } else if (connection->has_output() != connection->watches_output) {
            connection->watches_output = connection->has_output();
            const std::uint32_t more = connection->watches_output ? EPOLLOUT : 0U;
            watch(connection->descriptor(), id, EPOLLIN | EPOLLRDHUP | more, EPOLL_CTL_MOD);
        }
    }
}

void Server::close(std::uint64_t connection_id) {
    const auto found = connections_.find(connection_id);
    if (found == connections_.end()) return;
    const auto outbox = outboxes_.find(found->second->polled_session);
    if (outbox != outboxes_.end() && outbox->second.poll == connection_id) outbox->second.poll = 0;
    connections_.erase(found);
    api_->connection_gone(connection_id);
}

Connection* Server::find(std::uint64_t connection_id) {
    const auto found = connections_.find(connection_id);
    return found == connections_.end() ? nullptr : found->second.get();
}

}  // namespace janus_harness::capacity_stub
