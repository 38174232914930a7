#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/time.h"
#include "harness/scenario/actors.h"
#include "harness/scenario/steps.h"
#include "harness/scenario/threshold.h"

namespace janus_harness::scenario {

enum class Transport { http, websocket };

// The Janus under test; unset members come from the command line or the testbed.
struct JanusSettings {
    Transport transport = Transport::http;
    std::optional<std::string> url;
    std::optional<std::string> admin_url;
    std::optional<std::string> api_secret;
    std::optional<std::string> token;
    Duration request_timeout = std::chrono::seconds{10};  // until the reply or ack to a request
    int maxev = 10;                                       // events a long poll may bring (HTTP)
    Duration keepalive = std::chrono::seconds{25};
};

// The SIP side that both ends share.
struct SipSettings {
    std::optional<std::string> domain;
    std::optional<std::string> proxy;
    std::optional<std::string> accounts;  // CSV file, relative to the working directory
};

enum class FarEndMode {
    builtin,         // the harness's own registrar and phones
    register_there,  // "register": phones register at somebody's proxy
    listen,          // the proxy routes calls to an address of ours
    none,            // somebody else's phones
};
enum class DigestAlgorithm { md5, sha256 };

struct FarEnd {
    FarEndMode mode = FarEndMode::builtin;
    std::optional<std::string> address;   // HOST:PORT to listen on
    std::optional<std::string> callee;    // URI to call where mode is none
    std::optional<std::string> accounts;  // CSV file of the phones
    bool record_route = false;            // the builtin proxy stays in the dialog
    DigestAlgorithm digest = DigestAlgorithm::md5;
};

enum class ProxyKind { builtin, kamailio };

struct Testbed {
    std::optional<std::string> janus_path;
    std::optional<Duration> kill_janus_after;  // from the start of the load: a planted fault
    bool full_trickle = false;
    ProxyKind proxy = ProxyKind::builtin;
};

// Whose code protects and unprotects the browsers' packets.
enum class SrtpImplementation { openssl, libsrtp2 };

// Whether the calls of a worker share UDP sockets.
enum class MediaSockets { shared, per_call };

struct Media {
    Duration drain = std::chrono::milliseconds{500};  // longest wait for packets still on their way
    DtlsSetup dtls = DtlsSetup::actpass;
    SrtpImplementation srtp = SrtpImplementation::openssl;
    MediaSockets sockets = MediaSockets::shared;
};

// Packets dropped on purpose in the testbed, RTP only.
struct Impairment {
    enum class Direction { to_browser, to_far_end, from_browser, from_far_end };
    Direction direction = Direction::to_browser;
    std::optional<std::uint32_t> drop_every;  // every n-th packet
    std::optional<double> drop_probability;   // 0 to 1
};

// `clients` clients run `iterations` iterations each, one after the other.
struct PerClientIterations {
    std::uint32_t clients = 1;
    std::uint64_t iterations = 1;
    // Clients started a second. Janus 1.1.2 takes 10 first registrations a second at most: one
    // thread serves all handles and sleeps 100 ms in each of them.
    double start_rate = 10;
    std::optional<Duration> max_duration;
};

// Iterations start at a fixed rate, however long they take. Ends after `duration` or `iterations`,
// whichever comes first; at least one of them is set.
struct ConstantArrivalRate {
    double rate = 1;  // iterations a second
    std::optional<Duration> duration;
    std::optional<std::uint64_t> iterations;
    // An iteration that finds all of them busy is dropped and counted.
    std::uint64_t max_clients = 100;
    Duration start{0};       // delay before the first iteration
    double setup_rate = 10;  // clients a second that run `setup`, before the load
};

// The value moves evenly from where it was to `target`, and is there after `duration`; at once
// where that is 0.
struct Stage {
    double target = 0;  // iterations a second, or clients (a whole number)
    Duration duration{0};
};

// Iterations start when the integral of the rate reaches the next whole number: 1, 2, 3, ...
struct RampingArrivalRate {
    double start_rate = 0;  // iterations a second at the beginning
    std::vector<Stage> stages;
    std::uint64_t max_clients = 100;  // as with ConstantArrivalRate
    double setup_rate = 10;
};

// `clients` clients run one iteration after the other until `duration` is over.
struct ConstantClients {
    std::uint32_t clients = 1;
    Duration duration{0};
    double start_rate = 10;  // as with PerClientIterations
};

// The same with a number of clients that changes. One that is too many finishes its iteration and
// leaves.
struct RampingClients {
    std::uint32_t start_clients = 0;
    std::vector<Stage> stages;
    Duration graceful_ramp_down = std::chrono::seconds{30};  // the longest that this may take
    double setup_rate = 10;  // of the `start_clients`; others run `setup` when they are added
};

struct Load {
    std::variant<PerClientIterations, ConstantArrivalRate, RampingArrivalRate, ConstantClients,
                 RampingClients>
        executor;
    Duration graceful_stop =
        std::chrono::seconds{30};  // for calls in progress after the last start
    // Iterations planned in this time from the start of the load are not in the numbers.
    Duration warm_up{0};
};

struct Generator {
    // Beyond any of these the run is invalid: the harness itself was too slow to judge Janus.
    Duration max_send_lateness = std::chrono::milliseconds{10};  // of RTP, 99th percentile
    Duration max_loop_lag = std::chrono::milliseconds{10};       // of timers, 99th percentile
    // A single timer or packet: a percentile can hide that a worker stood still for seconds.
    Duration max_stall = std::chrono::milliseconds{100};
    // In any one second, a worker's thread waited so long for a CPU.
    Duration max_run_delay = std::chrono::milliseconds{250};
    std::uint32_t workers = 1;  // threads that share the clients
};

// A client beside the load that asks Janus's SIP plugin for next to nothing, over and over: how
// long anybody else waits meanwhile.
struct Probe {
    Duration interval = std::chrono::milliseconds{100};  // between two requests
    Duration idle = std::chrono::seconds{3};  // before the first client comes, for comparison
};

// A scenario file, read, checked and compiled: everything resolved but run-time references.
// Immutable during a run; workers share it.
struct Scenario {
    std::string file;
    std::string name;
    std::string description;
    std::vector<std::pair<std::string, std::string>> variables;  // as text, overrides applied
    JanusSettings janus;
    SipSettings sip;
    FarEnd far_end;
    Testbed testbed;
    Media media;
    std::vector<Impairment> impairments;
    Load load;
    Generator generator;
    std::optional<Probe> probe;
    std::vector<Threshold> thresholds;
    std::vector<Actor> actors;           // in the order of the file
    std::vector<std::string> captures;   // names; the index is Capture::slot
    std::vector<CompiledStep> setup;     // once a client, before its first iteration
    std::vector<CompiledStep> steps;     // once an iteration
    std::vector<CompiledStep> teardown;  // once a client, after its last, even if that failed
};

}  // namespace janus_harness::scenario
