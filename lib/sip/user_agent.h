#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>

#include "core/random.h"
#include "sip/call.h"
#include "sip/endpoint.h"
#include "sip/timer_queue.h"
#include "sip/transaction_layer.h"

namespace janus_harness::sip {

// An OutgoingCall whose way is known.
struct RoutedCall {
    OutgoingCall call;
    Uri request_uri;
    Uri to_uri;
    SocketAddress next_hop;
};

// The user agents ("phones") behind one socket and their calls (RFC 3261 8, 9, 12 to 15).
class UserAgent {
  public:
    UserAgent(const EndpointConfig& config, Random random, TransactionLayer& transactions,
              Transmitter& out)
        : config_(config), random_(random), transactions_(transactions), out_(out) {}

    void add_phone(std::string user) { phones_.insert(std::move(user)); }
    void remove_phone(const std::string& user) { phones_.erase(user); }
    bool has_phone(const std::string& user) const { return phones_.contains(user); }

    CallKey next_key() { return CallKey{++last_key_}; }
    void call(TimePoint now, CallKey key, RoutedCall call);
    void provisional(TimePoint now, CallKey key, int code, std::optional<std::string> sdp);
    void answer(TimePoint now, CallKey key, std::string sdp);
    void reject(TimePoint now, CallKey key, int code, std::string reason);
    void hangup(TimePoint now, CallKey key);
    void set_local_sdp(CallKey key, std::string sdp);

    // Whether a request with a To tag belongs to one of our dialogs.
    bool owns_dialog(const Message& request) const;
    // A new request, outside a dialog, for one of our phones.
    void handle_request(TimePoint now, const SocketAddress& remote, const Message& request);
    // A new request inside one of our dialogs, ACK included.
    void handle_in_dialog(TimePoint now, const SocketAddress& remote, const Message& request);
    // The INVITE of this call was cancelled: 487 (9.2). The CANCEL itself is already answered.
    void handle_cancel(TimePoint now, CallKey key, const Message& cancel);
    // The first ACK to our final response >= 300.
    void handle_reject_acknowledged(TimePoint now, CallKey key);
    void handle_response(TimePoint now, const SocketAddress& remote, CallKey key, TransactionId id,
                         const Message& response);
    // A 2xx to an INVITE whose transaction is over. False when it is not of a call of ours.
    bool handle_late_answer(TimePoint now, const SocketAddress& remote, const Message& response);
    void handle_transaction_timeout(TimePoint now, CallKey key, TransactionId id);

    void handle_timeout(TimePoint now);
    std::optional<TimePoint> next_timeout() const { return timers_.next(); }
    std::size_t size() const { return calls_.size(); }

    // Allow, Accept and the like for a 200 to OPTIONS.
    Message make_options_answer(const Message& request);

  private:
    Call* find(CallKey key);
    Call* find_by_dialog(const std::string& call_id, const std::string& local_tag);
    void add(Call call);
    void erase(Call& call);
    void arm(const Call& call);
    void reply(TimePoint now, const Message& request, int status);
    void add_common_headers(Message& message) const;
    Message make_dialog_response(const Call& call, const Message& request, int status);

    // Incoming: user_agent_server.cpp
    void handle_invite(TimePoint now, const SocketAddress& remote, const Message& invite);
    bool refuse_extensions(TimePoint now, const Message& request);
    void handle_ack(TimePoint now, Call& call, const Message& ack);
    void handle_bye(TimePoint now, Call& call, const Message& bye);
    void handle_reinvite(TimePoint now, Call& call, const Message& request);
    void handle_payload(TimePoint now, CallKey key, const std::string& user,
                        const Message& request);
    void dispatch_in_dialog(TimePoint now, Call& call, const Message& request);
    void send_answer(TimePoint now, Call& call, TransactionId transaction, Message response);
    void give_up_answer(TimePoint now, Call& call);

    // Outgoing: user_agent_client.cpp
    void send_invite(TimePoint now, Call& call);
    bool retry_invite(TimePoint now, Call& call, const Message& response);
    void handle_invite_response(TimePoint now, const SocketAddress& remote, Call& call,
                                const Message& response);
    void handle_provisional(TimePoint now, const SocketAddress& remote, Call& call,
                            const Message& response);
    void handle_answer(TimePoint now, const SocketAddress& remote, Call& call,
                       const Message& response);
    void handle_rejection(TimePoint now, Call& call, const Message& response);
    void refuse_fork(TimePoint now, const SocketAddress& remote, const Call& call,
                     const Message& response);
    void send_ack(TimePoint now, Call& call);
    void send_cancel(TimePoint now, Call& call);
    void send_bye(TimePoint now, Call& call);
    void handle_bye_response(TimePoint now, Call& call, const Message& response);

    const EndpointConfig& config_;
    Random random_;
    TransactionLayer& transactions_;
    Transmitter& out_;
    std::unordered_set<std::string> phones_;
    std::uint64_t last_key_ = 0;
    std::unordered_map<CallKey, Call> calls_;
    std::unordered_map<std::string, CallKey> by_dialog_;  // "Call-ID local-tag"
    std::unordered_map<std::string, CallKey> by_merge_;   // "Call-ID From-tag CSeq"
    TimerQueue timers_;
};

}  // namespace janus_harness::sip
