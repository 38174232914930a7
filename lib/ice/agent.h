#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "core/datagram.h"
#include "core/result.h"
#include "core/time.h"

namespace janus_harness::ice {

struct AgentConfig {
    bool controlling = true;
    std::string local_ufrag{};  // 4..256 ice-chars (RFC 8839 section 5.4)
    std::string local_pwd{};    // 22..256 ice-chars
    // Random and different for every agent: decides role conflicts and seeds transaction ids.
    std::uint64_t tie_breaker = 0;
    Duration check_interval = std::chrono::milliseconds(50);  // Ta, RFC 8445 section 14.2
    // RFC 8489 section 6.2.1: first retransmission after `rto`, doubling, `max_transmissions` (Rc)
    // in all, failed 16 rto (Rm) after the last.
    Duration rto = std::chrono::milliseconds(500);
    unsigned max_transmissions = 7;
    // Without a valid pair this long after the remote credentials are known: failed.
    Duration connect_timeout = std::chrono::seconds(40);
    // RFC 7675 section 5.1: mean distance of consent checks (each is 0.8..1.2 of it), and how long
    // consent lasts after the last answer.
    Duration consent_interval = std::chrono::seconds(5);
    Duration consent_timeout = std::chrono::seconds(30);
};

// A pair was selected, or another than before: send to `remote` from now on.
struct Connected {
    SocketAddress remote;
};
// No pair works; final. Codes: "ice_all_pairs_failed", "ice_timeout".
struct Failed {
    Error error;
};
// The peer stopped answering on the selected pair (or revoked its consent with 403); final. Nothing
// may be sent to it any more (RFC 7675 section 5.1).
struct ConsentLost {
    SocketAddress remote;
};
using Event = std::variant<Connected, Failed, ConsentLost>;

// A full ICE agent (RFC 8445) for one component on one UDP socket with host candidates, either
// role, trickle (RFC 8838) included. The pairs are the remote candidates, since the socket is the
// only base. Sans-IO: call poll_transmit() and poll_event() until empty after every call, and
// handle_timeout() when next_timeout() is due.
//
// The controlling agent sends its first check at once, selects the first pair that answers and
// nominates it right away (regular nomination). The controlled agent takes regular and aggressive
// nomination; of several nominated pairs the one of highest priority is selected.
class Agent {
  public:
    explicit Agent(AgentConfig config);
    ~Agent();
    Agent(Agent&&) noexcept;
    Agent& operator=(Agent&&) noexcept;

    // From the remote description. A lite peer makes this agent controlling (RFC 8445 6.1.1).
    // Later calls are ignored: a restart is a new agent.
    void set_remote_credentials(TimePoint now, std::string ufrag, std::string pwd,
                                bool remote_is_lite = false);
    // The socket's own address. With none given every remote address family is tried; otherwise
    // only the families of the local candidates.
    void add_local_candidate(const SocketAddress& address);
    // At any time, before the credentials too. At most 100 pairs are kept.
    void add_remote_candidate(TimePoint now, const SocketAddress& address, std::uint32_t priority);
    // From then on the agent fails as soon as all its pairs have.
    void end_of_remote_candidates(TimePoint now);

    // A STUN datagram (see is_stun()) that came from `remote`. Anything malformed is ignored.
    void handle_datagram(TimePoint now, const SocketAddress& remote, ByteView datagram);
    void handle_timeout(TimePoint now);
    std::optional<TimePoint> next_timeout() const;
    std::optional<Datagram> poll_transmit();
    std::optional<Event> poll_event();

    bool controlling() const;  // changes in a role conflict
    std::optional<SocketAddress> selected_remote() const;

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace janus_harness::ice
