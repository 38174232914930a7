#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "core/balance.h"
#include "core/fifo.h"
#include "core/random.h"
#include "core/time.h"
#include "janus/event.h"

namespace janus_harness::janus {

struct SessionOptions {
    std::string apisecret;  // sent when not empty
    std::string token;      // sent when not empty
    Duration request_timeout = std::chrono::seconds(10);
    // A keepalive goes out after this time without a request; Janus's default limit is 60 s.
    Duration keepalive_interval = std::chrono::seconds(25);
};

// A request on its way to Janus. The ids are also in the text; HTTP puts them into the path too.
struct Outgoing {
    std::string transaction;
    std::uint64_t session_id = 0;  // 0: none
    std::uint64_t handle_id = 0;   // 0: none
    Verb verb{};
    std::string json;
};

struct LocalCandidate {
    std::string candidate;  // "candidate:1 1 udp …"
    std::string sdp_mid;
    int sdp_mline_index = 0;
};

// The protocol core of one Janus session: what one browser tab has. States:
//
//   new --create()--> creating --success--> ready --destroy()--> destroying --success--> closed
//   creating --error, time-out, failure--> new
//   any --session timed out, connection lost--> closed
//
// Replies are matched by transaction, never by order: on WebSockets the plugin's event may overtake
// the ack of its own request. Each request gives exactly one of Replied, Acknowledged,
// RequestRejected, RequestTimedOut and RequestFailed. Requests made in a wrong state give
// RequestFailed and nothing is sent.
class Session {
  public:
    enum class State { created_locally, creating, ready, destroying, closed };

    // `random` makes the transactions; sessions that share a transport need different sources.
    Session(SessionOptions options, Random random);

    // Requests; each returns its transaction. `now` is the time the request is counted from.
    std::string create(TimePoint now);
    std::string attach(TimePoint now, std::string_view plugin, std::string_view opaque_id = {});
    // `body` is a JSON object as text, put into the message as it is.
    std::string message(TimePoint now, std::uint64_t handle_id, std::string_view body,
                        const std::optional<Jsep>& jsep = std::nullopt);
    std::string trickle(TimePoint now, std::uint64_t handle_id, const LocalCandidate& candidate);
    std::string trickle_completed(TimePoint now, std::uint64_t handle_id);
    std::string hangup(TimePoint now, std::uint64_t handle_id);
    std::string detach(TimePoint now, std::uint64_t handle_id);
    std::string destroy(TimePoint now);
    std::string keepalive(TimePoint now);
    std::string info(TimePoint now);  // needs no session; gives ServerInfo, then Replied
    std::string ping(TimePoint now);  // needs no session

    // In: one message of Janus, or the array of a long poll with maxev. False when nothing in it
    // was any use; each thing that was not is a ProtocolError.
    bool handle_message(TimePoint now, std::string_view json);
    // The transport could not send the request or got no answer for it.
    void handle_request_failed(TimePoint now, const std::string& transaction, const Error& error);
    // The transport is gone for good.
    void handle_connection_lost(TimePoint now, const Error& error);
    // The transport learnt that Janus does not know the session any more.
    void handle_session_gone(TimePoint now, const Error& how);
    // Time-outs of requests, and the keepalive.
    void handle_timeout(TimePoint now);
    // A bad answer that is not even a message (HTTP 500, an empty body): only reported.
    void handle_protocol_error(TimePoint now, const Error& error);

    // Out.
    std::optional<TimePoint> next_timeout() const;
    std::optional<Outgoing> poll_transmit();
    std::optional<Event> poll_event();

    State state() const { return state_; }
    std::uint64_t session_id() const { return session_id_; }  // 0 before Replied of create
    const SessionOptions& options() const { return options_; }
    bool has_handle(std::uint64_t handle_id) const { return handles_.contains(handle_id); }
    std::size_t handle_count() const { return handles_.size(); }
    std::size_t requests_open() const { return pending_.size(); }
    // True until the request has its one reply event.
    bool is_open(const std::string& transaction) const { return pending_.contains(transaction); }

  private:
    friend class MessageReader;
    struct Pending {
        Verb verb{};
        std::uint64_t handle_id = 0;
        TimePoint sent_at;
        bool event_seen = false;
    };
    struct Handle {
        Counted counted;
    };

    std::string request(TimePoint now, Verb verb, std::uint64_t handle_id,
                        std::string_view members = {});
    std::string compose(Verb verb, std::uint64_t handle_id, std::string_view transaction,
                        std::string_view members) const;
    std::optional<Error> refuse(Verb verb, std::uint64_t handle_id) const;
    // The request's entry, removed; nullopt (and named in a ProtocolError) for a stray reply.
    std::optional<Pending> take_pending(TimePoint now, const std::string& transaction);
    Error name_stray_reply(const std::string& transaction) const;
    bool is_own_transaction(std::string_view transaction) const;
    void apply_success(const Pending& request, std::optional<std::uint64_t> id);
    void apply_failure(const Pending& request);
    void detach_handle(std::uint64_t handle_id);
    void fail_open_requests(TimePoint now, const Error& error);
    void end_session(TimePoint now, const Error& error);
    void leave_handles();

    SessionOptions options_;
    State state_ = State::created_locally;
    bool connection_lost_ = false;
    std::uint64_t session_id_ = 0;
    std::string transaction_prefix_;
    std::uint64_t transactions_made_ = 0;
    std::uint64_t protocol_errors_ = 0;
    TimePoint last_request_{};
    std::map<std::string, Pending> pending_;
    std::map<std::string, Verb> timed_out_;  // so that a late reply can be named
    std::map<std::uint64_t, Handle> handles_;
    std::set<std::uint64_t> former_handles_;  // their last events may still come
    Fifo<Outgoing> outgoing_;
    Fifo<Event> events_;
    Counted counted_;
};

}  // namespace janus_harness::janus
