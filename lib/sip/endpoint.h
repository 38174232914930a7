#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/datagram.h"
#include "core/time.h"
#include "sip/config.h"
#include "sip/events.h"

namespace janus_harness::sip {

// A user whose REGISTER our registrar accepts.
struct Account {
    std::string username;  // user part of the address of record
    std::string authuser;  // digest user; the username when empty
    std::string secret;    // plain password
};

// A planned fault of the registrar.
struct RegistrationFault {
    int code = 0;  // 300-699: the answer to every REGISTER; 0: silence
};

struct OutgoingCall {
    std::string from_user;
    std::string from_domain;  // empty: of the phone's registration, else EndpointConfig::domain
    std::string display_name;
    // "sip:user@host[:port]". A user bound at our own registrar is called at its contact.
    std::string to_uri;
    std::string sdp;  // empty: an INVITE without offer
    // Where the INVITE goes; without, the phone's registration proxy, else the host of the URI.
    std::optional<SocketAddress> next_hop;
    std::optional<Credentials> credentials;  // for 401 and 407
    std::vector<Header> headers;             // appended to the INVITE as they are
};

// A phone of ours at somebody's registrar.
struct PhoneRegistration {
    std::string user;
    SocketAddress registrar;  // registrar or outbound proxy
    std::string domain;       // host of the address of record and of the request-URI
    std::optional<Credentials> credentials;
    Duration expires = std::chrono::hours(1);  // whole seconds, at least 1
};

struct EndpointStats {
    std::uint64_t received = 0;   // datagrams
    std::uint64_t sent = 0;       // datagrams queued, retransmissions included
    std::uint64_t malformed = 0;  // datagrams that are no SIP message we can answer
    std::uint64_t retransmissions_received = 0;
    std::uint64_t retransmissions_sent = 0;
    std::uint64_t forwarded = 0;        // requests and responses passed on
    std::uint64_t stray_responses = 0;  // responses that match nothing
};

class Router;

// The SIP side of one UDP socket, sans-IO: transaction layer (RFC 3261 17, RFC 6026), registrar
// (10), stateless forwarding proxy (16.11) and user agents called phones. SDP is opaque text.
// UDP and numeric addresses only: there is no DNS.
//
// After every call drain poll_transmit() and poll_event() and re-arm one timer with next_timeout().
// `now` never goes backwards. Not thread-safe. Nothing a peer sends makes it fail.
class Endpoint {
  public:
    explicit Endpoint(EndpointConfig config);
    ~Endpoint();
    Endpoint(const Endpoint&) = delete;
    Endpoint& operator=(const Endpoint&) = delete;

    void handle_datagram(TimePoint now, const SocketAddress& remote, ByteView bytes);
    void handle_timeout(TimePoint now);
    std::optional<TimePoint> next_timeout() const;
    std::optional<Datagram> poll_transmit();
    std::optional<Event> poll_event();

    // Registrar: adding a known username replaces the account and keeps its bindings.
    void add_account(Account account);
    void remove_account(const std::string& username);
    // None: back to normal.
    void set_registration_reply(const std::string& username,
                                std::optional<RegistrationFault> fault);
    // The latest contact URI of a user, empty when not registered.
    std::string registered_contact(const std::string& username) const;

    // Phones: users whose calls this endpoint takes. Removing one leaves its calls alone.
    void add_phone(std::string user);
    void remove_phone(const std::string& user);

    // A numeric next hop is needed: CallFailed "no_route" follows otherwise, as it does when
    // `to_uri` is not a SIP URI.
    CallKey call(TimePoint now, OutgoingCall call);
    // 101-199, for an incoming call without final response.
    void provisional(TimePoint now, CallKey key, int code, std::optional<std::string> sdp = {});
    // 200, retransmitted until the ACK arrives (13.3.1.4).
    void answer(TimePoint now, CallKey key, std::string sdp);
    // `code` 300-699; an empty reason takes the standard phrase.
    void reject(TimePoint now, CallKey key, int code, std::string reason = {});
    // BYE in a call; CANCEL for an outgoing call without final response (held back until a
    // provisional response came, 9.1); 480 for an incoming one without final response.
    void hangup(TimePoint now, CallKey key);
    // What later re-INVITEs are answered with, instead of the SDP sent last.
    void set_local_sdp(CallKey key, std::string sdp);

    // Adds the phone, registers it and keeps refreshing until unregister_phone().
    void register_phone(TimePoint now, PhoneRegistration registration);
    void unregister_phone(TimePoint now, const std::string& user);

    std::size_t open_transactions() const;
    std::size_t open_dialogs() const;  // calls, early ones included
    const EndpointStats& stats() const;

  private:
    std::unique_ptr<Router> router_;
};

}  // namespace janus_harness::sip
