#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/random.h"
#include "core/time.h"
#include "sdp/session_description.h"
#include "tools/capacity_stub/counters.h"
#include "tools/capacity_stub/media.h"
#include "tools/capacity_stub/options.h"
#include "tools/capacity_stub/request_reader.h"

namespace janus_harness::capacity_stub {

// A connection that ends its sessions with it (WebSocket); 0: none (HTTP).
using ConnectionId = std::uint64_t;

// An asynchronous message for a session's client.
struct Notice {
    std::uint64_t session_id = 0;
    ConnectionId connection = 0;
    std::string json;
};

// Sessions, handles and the SIP plugin's view of their accounts and calls. No I/O: requests and
// the time come in, replies and notices go out.
class Api {
  public:
    Api(const Options& options, Media& media, Counters& counters, Random random);

    // The reply to a request's text.
    std::string handle_request(TimePoint now, std::string_view json, PathIds path,
                               ConnectionId connection);
    void handle_media(const MediaEvent& event);
    // Answers whose delay is over.
    void handle_timeout(TimePoint now);
    std::optional<TimePoint> next_timeout() const;
    std::optional<Notice> poll_notice();
    // The sessions of that connection end without a word.
    void connection_gone(ConnectionId connection);

    bool has_session(std::uint64_t id) const { return sessions_.contains(id); }
    std::string server_info(std::string_view transaction) const;
    // When the first call was answered.
    std::optional<TimePoint> first_answer() const { return first_answer_; }

  private:
    enum class CallState { idle, inviting, established };
    struct Handle {
        std::uint64_t id = 0;
        std::uint64_t session_id = 0;
        std::string username;  // of the account; empty before `register`
        CallState state = CallState::idle;
        std::string call_id;           // SIP's; empty while idle
        std::string call_transaction;  // of the request `call`
        std::string callee;
        // While inviting: the offer, what it says of the transport, and when the answer is due.
        std::unique_ptr<sdp::SessionDescription> offer;
        RemoteParameters remote;
        bool candidates_complete = false;
        TimePoint answer_due{};
        Call* call = nullptr;
    };
    struct Session {
        ConnectionId connection = 0;
        std::map<std::uint64_t, Handle> handles;
    };

    std::string dispatch(TimePoint now, const Request& request, ConnectionId connection);
    std::string in_session(TimePoint now, const Request& request, Session& session);
    std::string in_handle(TimePoint now, const Request& request, Session& session, Handle& handle);
    std::string create(const Request& request, ConnectionId connection);
    std::string attach(const Request& request, Session& session);
    std::string message(TimePoint now, const Request& request, Handle& handle);
    std::string trickle(TimePoint now, const Request& request, Handle& handle);
    void add_trickled(TimePoint now, Handle& handle, const rapidjson::Value& candidate);

    // Requests of the SIP plugin, each after its ack.
    void sip_request(TimePoint now, const Request& request, const rapidjson::Value& body,
                     Handle& handle);
    void sip_register(const Request& request, const rapidjson::Value& body, Handle& handle);
    void sip_unregister(const Request& request, Handle& handle);
    void sip_call(TimePoint now, const Request& request, const rapidjson::Value& body,
                  Handle& handle);
    void sip_hangup(const Request& request, Handle& handle);
    Result<void> take_offer(const Request& request, Handle& handle);
    void answer_if_due(TimePoint now, Handle& handle);
    void accept(TimePoint now, Handle& handle);
    // Ends the call, if there is one; gives whether it had an answer.
    bool end_call(Handle& handle);

    void end_session(std::uint64_t id);
    void notify(std::uint64_t session_id, std::string json);
    // `data`: members of the event's data that begin with a comma.
    void notify_sip(const Handle& handle, std::string_view transaction, std::string data,
                    std::string_view sdp = {});
    void notify_sip_error(const Handle& handle, std::string_view transaction, int code,
                          std::string_view text);
    Handle* find_handle(std::uint64_t session_id, std::uint64_t handle_id);
    std::uint64_t new_id();

    Duration answer_delay_;
    std::string address_;
    Media& media_;
    Counters& counters_;
    Random random_;
    std::unordered_map<std::uint64_t, Session> sessions_;
    std::unordered_map<ConnectionId, std::set<std::uint64_t>> sessions_of_;
    // Handles with an answer to come: when, session, handle.
    std::set<std::pair<TimePoint, std::pair<std::uint64_t, std::uint64_t>>> answers_;
    std::deque<Notice> notices_;
    std::optional<TimePoint> first_answer_;
};

}  // namespace janus_harness::capacity_stub
