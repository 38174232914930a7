#include "dtls_pair.h"

#include <algorithm>

namespace janus_harness::dtls {

namespace {

const SocketAddress kClient = SocketAddress::parse("192.0.2.1:1000").value();
const SocketAddress kServer = SocketAddress::parse("192.0.2.2:2000").value();

// Certificates are the slow part and immutable: two of them do for all tests of a process.
std::shared_ptr<const Certificate> shared_certificate(Role role) {
    static const auto client = Certificate::generate("client").value();
    static const auto server = Certificate::generate("server").value();
    return role == Role::client ? client : server;
}

TransportConfig config(Role role, Duration handshake_timeout) {
    return {.role = role, .handshake_timeout = handshake_timeout};
}

bool same(const srtp::KeyMaterial& left, const srtp::KeyMaterial& right) {
    return left.key == right.key && left.salt == right.salt;
}

}  // namespace

std::vector<srtp::Profile> DtlsEnd::default_profiles() {
    return {srtp::Profile::aes_cm_128_hmac_sha1_80, srtp::Profile::aead_aes_128_gcm};
}

DtlsEnd::DtlsEnd(const TransportConfig& config, const std::vector<srtp::Profile>& profiles)
    : certificate(shared_certificate(config.role)),
      transport(Context::create(certificate, profiles).value(), config) {}

void DtlsEnd::collect_events() {
    while (auto event = transport.poll_event()) events.push_back(std::move(*event));
}

DtlsPair::DtlsPair(PairOptions options)
    : client(config(Role::client, options.handshake_timeout), options.client_profiles),
      server(config(Role::server, options.handshake_timeout), options.server_profiles),
      network(std::move(options.impairment), options.seed) {
    client.transport.set_remote_fingerprints({server.certificate->fingerprint()});
    server.transport.set_remote_fingerprints({client.certificate->fingerprint()});
}

void DtlsPair::start() {
    (void)server.transport.start(now);
    (void)client.transport.start(now);
    flush_all();
}

void DtlsPair::flush(DtlsEnd& end, const SocketAddress& from, const SocketAddress& to) {
    while (auto datagram = end.transport.poll_transmit()) {
        largest_datagram = std::max(largest_datagram, datagram->size());
        network.send(now, from, to, std::move(*datagram));
    }
    end.collect_events();
}

void DtlsPair::flush_all() {
    flush(client, kClient, kServer);
    flush(server, kServer, kClient);
}

void DtlsPair::deliver() {
    while (const auto packet = network.poll_deliver(now)) {
        DtlsEnd& end = packet->to == kClient ? client : server;
        end.transport.handle_datagram(now, packet->bytes);
        flush_all();
    }
}

std::optional<TimePoint> DtlsPair::next_timeout() const {
    std::optional<TimePoint> next = network.next_timeout();
    for (const auto other : {client.transport.next_timeout(), server.transport.next_timeout()}) {
        if (other && (!next || *other < *next)) next = other;
    }
    return next;
}

void DtlsPair::run(Duration limit) {
    const TimePoint end = TimePoint{std::chrono::seconds(1)} + limit;
    flush_all();
    while (const auto next = next_timeout()) {
        if (*next > end) return;
        now = std::max(now, *next);
        deliver();
        client.transport.handle_timeout(now);
        server.transport.handle_timeout(now);
        flush_all();
    }
}

bool DtlsPair::connected() const {
    return client.find<Connected>() != nullptr && server.find<Connected>() != nullptr;
}

bool DtlsPair::keys_match() const {
    const auto* at_client = client.find<Connected>();
    const auto* at_server = server.find<Connected>();
    return at_client != nullptr && at_server != nullptr &&
           at_client->profile == at_server->profile && same(at_client->local, at_server->remote) &&
           same(at_client->remote, at_server->local) && !same(at_client->local, at_client->remote);
}

}  // namespace janus_harness::dtls
