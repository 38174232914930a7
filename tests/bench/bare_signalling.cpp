// The least CPU that a request of the Janus API can take: the limit that the benchmark "signalling"
// stands beside. Connections to the same stub, on each of them always one `message` under way: its
// bytes sent, the ack and the event awaited, and the next. One epoll, one send a request, one recv
// a wake.
//
// Included: the system calls with the kernel's TCP over loopback, and finding where answers end
// (lengths of WebSocket frames, Content-Length of HTTP). Over HTTP the event comes by a long poll
// on a second connection, as with Janus. Not included: reading or writing JSON, matching
// transactions, masking (the mask is 0), upgrading, timers.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <deque>
#include <string>
#include <string_view>

#include "figures.h"
#include "tests/bench/signalling/api_stub.h"

namespace janus_harness::bench {
namespace {

struct Options {
    std::string transport = "ws";
    std::size_t clients = 100;
    double seconds = 3;
};

constexpr std::uint64_t kFirstSession = 1'000'000'000'000'000;

int connect_to(std::uint16_t port) {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
        give_up("cannot connect to the stub");
    }
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

void send_all(int fd, std::string_view bytes) {
    if (send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size())) {
        give_up("the stub does not take a request");
    }
}

std::string request_json(std::uint64_t session) {
    return fmt::format(
        R"({{"janus":"message","transaction":"abcdefghijkl","session_id":{},"handle_id":{},)"
        R"("body":{{"request":"unregister"}}}})",
        session, session + 1);
}

// A whole answer at the begin of `input`, by its length; 0 when there is none yet.
std::size_t frame_length(std::string_view input) {
    if (input.size() < 4) return 0;
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(input[i]); };
    const std::size_t length = byte(1) < 126 ? byte(1) + 2U : (byte(2) << 8U | byte(3)) + 4U;
    return input.size() < length ? 0 : length;
}

std::size_t response_length(std::string_view input) {
    const std::size_t head = input.find("\r\n\r\n");
    if (head == std::string_view::npos) return 0;
    const std::size_t field = input.find("Content-Length: ") + 16;
    const std::size_t length =
        head + 4 + std::strtoul(std::string(input.substr(field, 8)).c_str(), nullptr, 10);
    return input.size() < length ? 0 : length;
}

class Connection {
  public:
    explicit Connection(std::uint16_t port) : fd(connect_to(port)) {}
    // Number of whole answers that have come.
    unsigned int receive(std::size_t (*length_of)(std::string_view)) {
        std::array<char, 4096> buffer;
        const ssize_t count = recv(fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (count == 0) give_up("the stub closed a connection");
        if (count > 0) input_.append(buffer.data(), static_cast<std::size_t>(count));
        unsigned int answers = 0;
        while (const std::size_t length = length_of(input_)) {
            input_.erase(0, length);
            ++answers;
        }
        return answers;
    }
    const int fd;

  private:
    std::string input_;
};

struct Client {
    Client(std::uint16_t port, bool is_web_socket, std::uint64_t session)
        : main(port), poll(is_web_socket ? nullptr : std::make_unique<Connection>(port)) {
        const std::string json = request_json(session);
        if (is_web_socket) {
            // FIN and text; masked with 0; a length of two bytes.
            request = {'\x81',
                       '\xfe',
                       static_cast<char>(json.size() >> 8),
                       static_cast<char>(json.size() & 0xff),
                       0,
                       0,
                       0,
                       0};
            request += json;
            return;
        }
        request = fmt::format(
            "POST /janus/{}/{} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nAccept: */*\r\n"
            "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
            session, session + 1, port, json.size(), json);
        poll_request = fmt::format(
            "GET /janus/{}?maxev=10 HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nAccept: */*\r\n\r\n", session,
            port);
    }
    void ask() {
        awaited = 2;
        if (poll) send_all(poll->fd, poll_request);
        send_all(main.fd, request);
    }

    Connection main;
    std::unique_ptr<Connection> poll;
    std::string request;
    std::string poll_request;
    unsigned int awaited = 0;
};

void upgrade(Client& client) {
    send_all(client.main.fd,
             "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
             "Sec-WebSocket-Protocol: janus-protocol\r\n\r\n");
    std::array<char, 1024> answer;
    if (recv(client.main.fd, answer.data(), answer.size(), 0) <= 0) give_up("no upgrade");
}

class Asking {
  public:
    explicit Asking(const Options& options)
        : web_socket_(options.transport == "ws"), epoll_(epoll_create1(0)) {
        for (std::size_t i = 0; i < options.clients; ++i) {
            Client& client =
                clients_.emplace_back(stub_.port(), web_socket_, kFirstSession + 2 * i);
            if (web_socket_) upgrade(client);
            watch(client.main.fd, client);
            if (client.poll) watch(client.poll->fd, client);
        }
        for (Client& client : clients_) client.ask();
    }
    // Requests answered meanwhile.
    double run(double seconds) {
        const double end = monotonic_s() + seconds;
        const double before = answered_;
        while (monotonic_s() < end) take_events();
        return answered_ - before;
    }

  private:
    void watch(int fd, Client& client) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.ptr = &client;
        epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
    }
    void take_events() {
        std::array<epoll_event, 256> events;
        const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 100);
        for (int i = 0; i < count; ++i) {
            take(*static_cast<Client*>(events[static_cast<std::size_t>(i)].data.ptr));
        }
    }
    void take(Client& client) {
        const auto length_of = web_socket_ ? frame_length : response_length;
        client.awaited -= client.main.receive(length_of);
        if (client.poll && client.awaited > 0) client.awaited -= client.poll->receive(length_of);
        if (client.awaited > 0) return;
        ++answered_;
        client.ask();
    }

    ApiStub stub_;
    bool web_socket_;
    int epoll_;
    std::deque<Client> clients_;
    double answered_ = 0;
};

void measure(const Options& options) {
    raise_descriptor_limit();
    Asking asking(options);
    asking.run(0.5);
    const double cpu_before = process_cpu_s();
    const double requests = asking.run(options.seconds);
    const double cpu = process_cpu_s() - cpu_before;
    print_figures({{"transport", options.transport}},
                  {{"clients", static_cast<double>(options.clients)},
                   {"requests", requests},
                   {"requests_per_core", requests / cpu}});
}

}  // namespace
}  // namespace janus_harness::bench

int main(int argc, char** argv) {
    janus_harness::bench::Options options;
    CLI::App app{"Requests of the Janus API a second and core, with system calls alone"};
    app.add_option("--transport", options.transport)->check(CLI::IsMember({"ws", "http"}));
    app.add_option("--clients", options.clients);
    app.add_option("--seconds", options.seconds);
    CLI11_PARSE(app, argc, argv);
    janus_harness::bench::measure(options);
}
