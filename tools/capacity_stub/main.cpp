#include <fmt/format.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <exception>

#include "tools/capacity_stub/server.h"

namespace {

using janus_harness::Duration;
using janus_harness::capacity_stub::Options;

void add_options(CLI::App& app, Options& options) {
    app.add_option("--address", options.address, "address of all sockets")->capture_default_str();
    app.add_option("--http", options.http_port, "port for HTTP; 0: any")->capture_default_str();
    app.add_option("--ws", options.web_socket_port, "port for WebSocket; 0: any")
        ->capture_default_str();
    app.add_option("--media-sockets", options.media_sockets,
                   "the most UDP sockets; off loopback, so many calls from one port of a client")
        ->check(CLI::Range(1, 4096))
        ->capture_default_str();
}

struct Milliseconds {
    std::uint32_t answer_delay = 0;
    std::uint32_t stall_for = 0;
    double stall_after_s = 0;
};

void add_timed_options(CLI::App& app, Options& options, Milliseconds& times) {
    app.add_option("--delay-answer", times.answer_delay, "from call to accepted, in milliseconds");
    app.add_option("--drop-every", options.faults.drop_every,
                   "fault: every n-th packet is not sent back");
    app.add_option("--stall-after", times.stall_after_s,
                   "fault: once, this many seconds after the first answer, everything stops ...");
    app.add_option("--stall-for", times.stall_for, "... for this many milliseconds");
}

// A connection or two for each client.
void raise_descriptor_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

int run(int argc, char** argv) {
    CLI::App app{
        "Answers the calls of janus-harness and sends their audio back, far cheaper than Janus, "
        "to\n"
        "measure the harness itself. It is not Janus: its results say nothing about Janus.",
        "janus-capacity-stub"};
    app.footer(
        "Prints its addresses in the first line, and its counters (GET /stub/counters) in the\n"
        "last, at SIGTERM or SIGINT.");
    Options options;
    Milliseconds times;
    add_options(app, options);
    add_timed_options(app, options, times);
    CLI11_PARSE(app, argc, argv);
    options.answer_delay = std::chrono::milliseconds(times.answer_delay);
    options.faults.stall_for = std::chrono::milliseconds(times.stall_for);
    options.faults.stall_after = janus_harness::from_seconds(times.stall_after_s);
    raise_descriptor_limit();
    const auto server = janus_harness::capacity_stub::Server::create(options);
    if (!server) {
        fmt::print(stderr, "janus-capacity-stub: {}\n", server.error().message);
        return 1;
    }
    const bool is_ipv6 = options.address.find(':') != std::string::npos;
    const std::string host = is_ipv6 ? "[" + options.address + "]" : options.address;
    fmt::print("http://{0}:{1}/janus ws://{0}:{2}\n", host, server.value()->http_port(),
               server.value()->web_socket_port());
    std::fflush(stdout);
    server.value()->run();
    fmt::print("{}\n", to_json(server.value()->counters()));
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        fmt::print(stderr, "janus-capacity-stub: {}\n", error.what());
        return 1;
    }
}
