#pragma once

#include <memory>
#include <vector>

#include "dtls/transport.h"
#include "netem/network_emulator.h"

namespace janus_harness::dtls {

// One end of an association, and all that happened at it.
struct DtlsEnd {
    explicit DtlsEnd(const TransportConfig& config,
                     const std::vector<srtp::Profile>& profiles = default_profiles());
    static std::vector<srtp::Profile> default_profiles();

    void collect_events();
    // The last event of this kind, or null.
    template <typename T>
    const T* find() const {
        for (auto event = events.rbegin(); event != events.rend(); ++event) {
            if (const auto* found = std::get_if<T>(&*event)) return found;
        }
        return nullptr;
    }

    std::shared_ptr<const Certificate> certificate;
    Transport transport;
    std::vector<Event> events;
};

struct PairOptions {
    netem::Impairment impairment{};
    std::uint64_t seed = 1;
    std::vector<srtp::Profile> client_profiles = DtlsEnd::default_profiles();
    std::vector<srtp::Profile> server_profiles = DtlsEnd::default_profiles();
    Duration handshake_timeout = std::chrono::seconds(20);
};

// A client and a server joined by a network, all in virtual time. Each expects the other's
// certificate unless the test says otherwise before start().
struct DtlsPair {
    explicit DtlsPair(PairOptions options = {});

    void start();
    // Runs until nothing is under way any more, or until `limit` after the begin of time.
    void run(Duration limit = std::chrono::seconds(60));
    bool connected() const;
    // Both ends are connected and have the same keys, crosswise.
    bool keys_match() const;

    TimePoint now{std::chrono::seconds(1)};
    DtlsEnd client;
    DtlsEnd server;
    netem::NetworkEmulator network;
    std::size_t largest_datagram = 0;

  private:
    void flush(DtlsEnd& end, const SocketAddress& from, const SocketAddress& to);
    void flush_all();
    void deliver();
    std::optional<TimePoint> next_timeout() const;
};

}  // namespace janus_harness::dtls
