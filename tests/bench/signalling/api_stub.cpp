#include "tests/bench/signalling/api_stub.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/text.h"
#include "net/web_socket_upgrade.h"

namespace janus_harness::bench {
namespace {

struct Connection {
    int socket = -1;
    bool web_socket = false;
    std::string input;
};

// The value of a string member; JSON is searched, not parsed.
std::string_view member(std::string_view json, std::string_view key) {
    const std::size_t begin = json.find(key);
    if (begin == std::string_view::npos) return {};
    const std::size_t value = begin + key.size();
    return json.substr(value, json.find('"', value) - value);
}

std::uint64_t number(std::string_view text, std::size_t position) {
    std::uint64_t value = 0;
    while (position < text.size() && text[position] >= '0' && text[position] <= '9') {
        value = value * 10 + static_cast<std::uint64_t>(text[position++] - '0');
    }
    return value;
}

std::uint64_t number_after(std::string_view text, std::string_view key) {
    const std::size_t begin = text.find(key);
    return begin == std::string_view::npos ? 0 : number(text, begin + key.size());
}

class Server {
  public:
    explicit Server(int listener) : listener_(listener), epoll_(epoll_create1(0)) {
        watch(listener_);
    }

    [[noreturn]] void run() {
        std::array<epoll_event, 256> events{};
        for (;;) {
            const int count =
                epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
            for (int i = 0; i < count; ++i) {
                const int socket = events[static_cast<std::size_t>(i)].data.fd;
                if (socket == listener_) {
                    accept_one();
                } else {
                    receive(socket);
                }
            }
        }
    }

  private:
    void watch(int socket) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = socket;
        epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event);
    }

    void accept_one() {
        const int socket = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
        if (socket < 0) return;
        const int on = 1;
        setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        connections_[socket].socket = socket;
        watch(socket);
    }

    void receive(int socket) {
        Connection& connection = connections_[socket];
        std::array<char, 65536> buffer;
        const ssize_t count = recv(socket, buffer.data(), buffer.size(), 0);
        if (count <= 0) {
            connections_.erase(socket);
            close(socket);
            return;
        }
        connection.input.append(buffer.data(), static_cast<std::size_t>(count));
        while (connection.web_socket ? take_frame(connection) : take_request(connection)) {
        }
    }

    static void send_all(const Connection& connection, std::string_view bytes) {
        // What a closed connection does not take is lost with it.
        static_cast<void>(send(connection.socket, bytes.data(), bytes.size(), MSG_NOSIGNAL));
    }

    static void respond(const Connection& connection, std::string_view json) {
        send_all(connection, fmt::format("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                                         "Content-Length: {}\r\n\r\n{}",
                                         json.size(), json));
    }

    static void send_frame(const Connection& connection, std::string_view json) {
        std::string frame = "\x81";
        if (json.size() < 126) {
            frame += static_cast<char>(json.size());
        } else {
            frame += '\x7e';
            frame += static_cast<char>(json.size() >> 8);
            frame += static_cast<char>(json.size() & 0xff);
        }
        frame += json;
        send_all(connection, frame);
    }

    bool take_request(Connection& connection) {
        std::string& input = connection.input;
        const std::size_t end = input.find("\r\n\r\n");
        if (end == std::string::npos) return false;
        const std::string_view head = std::string_view(input).substr(0, end + 2);
        const std::size_t length = number_after(head, "Content-Length: ");
        if (input.size() < end + 4 + length) return false;
        const std::string body = input.substr(end + 4, length);
        const std::string first(head.substr(0, head.find('\r')));
        const std::string key(
            trim(member(std::string(head) + "\"", "Sec-WebSocket-Key: ").substr(0, 24)));
        input.erase(0, end + 4 + length);
        if (!key.empty()) {
            upgrade(connection, key);
        } else if (first.starts_with("POST")) {
            answer(connection, body);
        } else {
            hold_poll(connection, first);
        }
        return true;
    }

    static void upgrade(Connection& connection, const std::string& key) {
        connection.web_socket = true;
        send_all(connection,
                 fmt::format("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                             "Connection: Upgrade\r\nSec-WebSocket-Accept: {}\r\n"
                             "Sec-WebSocket-Protocol: janus-protocol\r\n\r\n",
                             net::web_socket_accept(key)));
    }

    bool take_frame(Connection& connection) {
        std::string& input = connection.input;
        if (input.size() < 6) return false;
        const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(input[i]); };
        std::size_t length = byte(1) & 0x7fU;
        std::size_t head = 2;
        if (length == 126) {
            length = static_cast<std::size_t>(byte(2)) << 8 | byte(3);
            head = 4;
        }
        if (input.size() < head + 4 + length) return false;
        std::string text = input.substr(head + 4, length);
        for (std::size_t i = 0; i < length; ++i) {
            text[i] = static_cast<char>(text[i] ^ input[head + i % 4]);
        }
        const bool is_text = (byte(0) & 0xfU) == 1;
        input.erase(0, head + 4 + length);
        if (is_text) answer(connection, text);
        return true;
    }

    void reply(const Connection& connection, std::string_view json) {
        connection.web_socket ? send_frame(connection, json) : respond(connection, json);
    }

    void answer(Connection& connection, const std::string& json) {
        const std::string_view verb = member(json, "\"janus\":\"");
        const std::string_view transaction = member(json, "\"transaction\":\"");
        const std::uint64_t session = number_after(json, "\"session_id\":");
        if (verb == "message" || verb == "keepalive") {
            reply(connection, fmt::format(R"({{"janus":"ack","session_id":{},"transaction":"{}"}})",
                                          session, transaction));
            if (verb == "message") tell_event(connection, json, session, transaction);
            return;
        }
        const std::uint64_t id = 1'000'000'000'000'000 + ++ids_;
        reply(connection, fmt::format(R"({{"janus":"success","session_id":{},)"
                                      R"("transaction":"{}","data":{{"id":{}}}}})",
                                      session == 0 ? id : session, transaction, id));
    }

    void tell_event(Connection& connection, const std::string& json, std::uint64_t session,
                    std::string_view transaction) {
        const bool registers = json.find(R"("request":"register")") != std::string::npos;
        const std::string event = fmt::format(
            R"({{"janus":"event","session_id":{},"sender":{},"transaction":"{}",)"
            R"("plugindata":{{"plugin":"janus.plugin.sip","data":{{"sip":"event","result":)"
            R"({{"event":"{}","username":"{}","register_sent":true,"master_id":1}}}}}}}})",
            session, number_after(json, "\"handle_id\":"), transaction,
            registers ? "registered" : "hangup", member(json, "\"username\":\""));
        if (connection.web_socket) {
            send_frame(connection, event);
            return;
        }
        const auto poll = polls_.find(session);
        if (poll != polls_.end()) {
            respond(connections_[poll->second], "[" + event + "]");
            polls_.erase(poll);
        } else {
            events_[session].push_back(event);
        }
    }

    void hold_poll(const Connection& connection, const std::string& first) {
        const std::uint64_t session = number_after(first, "GET /janus/");
        const auto waiting = events_.find(session);
        if (waiting == events_.end()) {
            polls_[session] = connection.socket;
            return;
        }
        respond(connection, fmt::format("[{}]", fmt::join(waiting->second, ",")));
        events_.erase(waiting);
    }

    int listener_;
    int epoll_;
    std::uint64_t ids_ = 0;
    std::unordered_map<int, Connection> connections_;
    std::unordered_map<std::uint64_t, int> polls_;  // session to its connection
    std::unordered_map<std::uint64_t, std::vector<std::string>> events_;
};

}  // namespace

ApiStub::ApiStub() {
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (bind(listener, generic, length) != 0 || listen(listener, 8192) != 0) std::abort();
    getsockname(listener, generic, &length);
    port_ = ntohs(address.sin_port);
    child_ = fork();
    if (child_ < 0) std::abort();
    if (child_ == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        Server(listener).run();
    }
    close(listener);
}

ApiStub::~ApiStub() {
    kill(child_, SIGKILL);
    waitpid(child_, nullptr, 0);
}

std::string ApiStub::http_url() const {
    return fmt::format("http://127.0.0.1:{}/janus", port_);
}

std::string ApiStub::web_socket_url() const {
    return fmt::format("ws://127.0.0.1:{}/", port_);
}

}  // namespace janus_harness::bench
