#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/random.h"
#include "sip/timer_queue.h"
#include "sip/transaction.h"

namespace janus_harness::sip {

// Who hears of a transaction's responses and timeouts. The transaction layer only carries it.
struct TransactionUser {
    enum class Kind { none, call, registration };
    Kind kind = Kind::none;
    std::uint64_t id = 0;
};

// Names a client or server transaction; never used again. 0 names none.
using TransactionId = std::uint64_t;

// All transactions of one socket, matched by branch, sent-by and method (RFC 3261 17.1.3, 17.2.3).
class TransactionLayer {
  public:
    struct ResponseMatch {
        bool matched = false;  // belongs to one of our client transactions
        bool pass = false;     // and is for `user`
        TransactionUser user;
        TransactionId id = 0;
    };
    struct RequestMatch {
        bool matched = false;
        RequestDelivery delivery = RequestDelivery::absorbed;
        TransactionUser user;
    };
    struct Timeout {
        TransactionUser user;
        TransactionId id = 0;
        bool client = true;  // timer B or F; else H
    };

    TransactionLayer(const EndpointConfig& config, Random random, Transmitter& out)
        : config_(config), random_(random), out_(out) {}

    // Gives the request a top Via with a new branch and sends it.
    TransactionId send_request(TimePoint now, Message request, const SocketAddress& destination,
                               TransactionUser user);
    // CANCEL for the INVITE of a client transaction, on its branch and way (9.1).
    void cancel(TimePoint now, TransactionId invite);
    // Ends a client transaction that would wait for ever: a cancelled INVITE without final
    // response.
    void abandon(TransactionId id);
    ResponseMatch handle_response(TimePoint now, const Message& response);

    // For a request of a known transaction; otherwise the caller decides who answers it.
    RequestMatch handle_request(TimePoint now, const Message& request);
    // A server transaction for a new request other than ACK.
    TransactionId accept_request(const Message& request, TransactionUser user);
    void respond(TimePoint now, TransactionId id, const Message& response);
    // accept_request() and respond() with the final response at once.
    void reply(TimePoint now, const Message& request, const Message& response);
    // The INVITE server transaction that a CANCEL is for (9.2); 0 when there is none.
    TransactionId find_invite(const Message& cancel, TransactionUser& user) const;

    // Advances all timers; what users must hear of comes back.
    std::vector<Timeout> handle_timeout(TimePoint now);
    std::optional<TimePoint> next_timeout() const { return timers_.next(); }
    std::size_t size() const { return clients_.size() + servers_.size(); }

    // A fresh branch for requests outside transactions (ACK of a 2xx).
    std::string new_branch();

  private:
    struct Client {
        std::unique_ptr<ClientTransaction> machine;
        std::string key;
        TransactionUser user;
        SocketAddress destination;
    };
    struct Server {
        std::unique_ptr<ServerTransaction> machine;
        std::string key;
        TransactionUser user;
    };

    TransactionId start(TimePoint now, const Message& request, const SocketAddress& destination,
                        TransactionUser user);
    bool expire_client(TimePoint now, TransactionId id, std::vector<Timeout>& out);
    void expire_server(TimePoint now, TransactionId id, std::vector<Timeout>& out);

    const EndpointConfig& config_;
    Random random_;
    Transmitter& out_;
    TransactionId last_id_ = 0;
    std::unordered_map<TransactionId, Client> clients_;
    std::unordered_map<TransactionId, Server> servers_;
    std::unordered_map<std::string, TransactionId> client_by_key_;
    std::unordered_map<std::string, TransactionId> server_by_key_;
    TimerQueue timers_;
};

}  // namespace janus_harness::sip
