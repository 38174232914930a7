#pragma once

#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ice/packet_demux.h"
#include "netem/network_emulator.h"
#include "rtp/reception_statistics.h"
#include "rtp/sender.h"
#include "webrtc/peer_connection.h"

namespace janus_harness::test {

// Both contexts of a pair, for one list of SRTP profiles; made once a list, because a key pair
// costs more than a whole connection.
std::shared_ptr<const dtls::Context> shared_context(const std::vector<srtp::Profile>& profiles);

struct PairOptions {
    std::uint64_t seed = 1;
    sdp::Persona offerer = sdp::Persona::firefox;
    sdp::Persona answerer = sdp::Persona::chrome;
    // What the answerer chooses: active makes it the DTLS client.
    sdp::Setup answer_setup = sdp::Setup::active;
    srtp::Profile profile = srtp::Profile::aes_cm_128_hmac_sha1_80;
    srtp::Implementation offerer_srtp = srtp::Implementation::openssl;
    srtp::Implementation answerer_srtp = srtp::Implementation::openssl;
    bool trickle = false;
    bool tamper_at_offerer = false;
    bool tamper_at_answerer = false;
    netem::Impairment network{};
};

// One end: the connection, everything it said, and its RTP. Each packet's payload is its own number
// so that a wrong decryption cannot pass for a right one.
struct Peer {
    Peer(const PairOptions& options, bool offers, const SocketAddress& address);

    bool connected() const { return event<webrtc::DtlsConnected>() != nullptr; }
    template <typename T>
    const T* event() const {
        for (const auto& each : events)
            if (const auto* found = std::get_if<T>(&each)) return found;
        return nullptr;
    }
    std::string failure() const {
        const auto* failed = event<webrtc::Failed>();
        return failed == nullptr ? "" : failed->error.code;
    }

    SocketAddress address;
    Random random;
    webrtc::PeerConnection connection;
    std::vector<webrtc::Event> events;
    std::optional<TimePoint> connected_at;
    rtp::Sender sender;
    rtp::ReceptionStatistics reception{8000};
    std::uint64_t rtp_arrived = 0;    // SRTP datagrams, network duplicates included
    std::uint64_t wrong_payload = 0;  // decrypted to something that the other end never sent
    std::map<std::uint16_t, Bytes> sent_payloads;
    bool was_up = false;  // media_up() was ever true
};

// Two connections on an emulated network, in virtual time.
class ConnectionPair {
  public:
    explicit ConnectionPair(const PairOptions& options);

    // Offer and answer; the offerer gets the answer `answer_after` later.
    void negotiate(Duration answer_after = {});
    void run_for(Duration duration);
    // True once both ends may send media.
    bool connect(Duration limit = std::chrono::seconds(30));
    // Both ends send one packet every 20 ms, `packets` of them each.
    void talk(int packets);
    // One packet from `from`; false when the connection would not protect it.
    bool send_rtp(Peer& from);
    // From anywhere, as an attacker or a broken network would.
    void inject(Peer& to, const SocketAddress& from, Bytes bytes);

    Peer& other(Peer& peer) { return &peer == &offerer ? answerer : offerer; }
    TimePoint now() const { return now_; }
    netem::NetworkEmulator& network() { return network_; }

    // Sees, and may change, every datagram just before it is sent.
    std::function<void(Peer& from, Bytes& bytes)> on_send;

    Peer offerer;
    Peer answerer;

  private:
    void flush(Peer& peer);
    void step(TimePoint time);
    void deliver(Peer& peer, const SocketAddress& from, Bytes bytes);
    TimePoint next_time(TimePoint limit) const;

    bool trickle_;
    TimePoint now_{std::chrono::hours(1)};
    netem::NetworkEmulator network_;
};

// Whether one of the datagram's DTLS records has this content type (20 is ChangeCipherSpec).
bool has_dtls_record(ByteView datagram, std::uint8_t content_type);

}  // namespace janus_harness::test
