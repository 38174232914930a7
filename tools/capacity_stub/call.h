#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/random.h"
#include "core/time.h"
#include "dtls/context.h"
#include "dtls/transport.h"
#include "ice/stun_message.h"
#include "srtp/session.h"
#include "tools/capacity_stub/counters.h"
#include "tools/capacity_stub/media_socket.h"

namespace janus_harness::capacity_stub {

struct CallOwner {
    std::uint64_t session_id = 0;
    std::uint64_t handle_id = 0;
};

struct MediaEvent {
    enum class Kind {
        connected,  // keys are there: media may come
        receiving,  // the first packet came
        failed,     // the DTLS handshake
    };
    Kind kind = Kind::connected;
    CallOwner owner;
};

// What the call needs to know of the offer.
struct RemoteParameters {
    std::string ice_ufrag;
    std::string ice_pwd;
    std::vector<dtls::Fingerprint> fingerprints;
    std::vector<SocketAddress> candidates;
    dtls::Role role = dtls::Role::client;  // ours
};

// The WebRTC end of one call: a controlled ICE agent that answers checks, sends one of its own to
// each address that checks it and follows the client's nomination; DTLS; SRTP. The client's checks
// decide everything, so there are no timers of ICE, and no consent is asked for: nothing is sent
// but in answer to what came.
class Call {
  public:
    Call(CallOwner owner, MediaSocket& socket, HostIndex host, RemoteParameters remote,
         Random& random, std::shared_ptr<const dtls::Context> context);
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

    const CallOwner& owner() const { return owner_; }
    const std::string& ufrag() const { return ufrag_; }
    const std::string& password() const { return password_; }
    std::uint32_t ssrc() const { return ssrc_; }
    MediaSocket& socket() const { return socket_; }
    HostIndex host() const { return host_; }
    SocketAddress local_address() const { return socket_.address(host_); }
    // Under which the socket knows this call; its owner keeps them.
    std::vector<SocketAddress>& addresses() { return addresses_; }

    // A check whose USERNAME names this call. True if it was authentic.
    bool handle_check(TimePoint now, const SocketAddress& remote, ByteView datagram,
                      const ice::StunMessage& check, Counters& counters);
    void handle_dtls(TimePoint now, ByteView datagram, Counters& counters);
    void handle_timeout(TimePoint now, Counters& counters);
    // Only while the handshake runs.
    std::optional<TimePoint> next_timeout() const;
    std::vector<MediaEvent> take_events() { return std::exchange(events_, {}); }

    // The keys; nullptr before the handshake is done.
    srtp::Session* srtp() const { return srtp_.get(); }
    // True for the first packet.
    bool note_packet() { return !std::exchange(receiving_, true); }

  private:
    void nominate(TimePoint now, const SocketAddress& remote, Counters& counters);
    void check_back(const SocketAddress& remote, Counters& counters);
    void drain_dtls(Counters& counters);
    void handle(dtls::Event& event, Counters& counters);
    void send(const SocketAddress& remote, ByteView bytes, Counters& counters);

    // First what every packet needs.
    std::unique_ptr<srtp::Session> srtp_;
    std::uint32_t ssrc_;
    bool receiving_ = false;
    CallOwner owner_;
    MediaSocket& socket_;
    HostIndex host_;
    RemoteParameters remote_;
    std::string ufrag_;
    std::string password_;
    std::uint64_t tie_breaker_;
    std::shared_ptr<const dtls::Context> context_;
    std::unique_ptr<dtls::Transport> dtls_;
    SocketAddress selected_;
    std::vector<SocketAddress> checked_back_;
    std::vector<MediaEvent> events_;
    std::vector<SocketAddress> addresses_;
};

}  // namespace janus_harness::capacity_stub
