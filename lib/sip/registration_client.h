#pragma once

#include <optional>
#include <string>
#include <unordered_map>

#include "core/random.h"
#include "sip/client_authentication.h"
#include "sip/endpoint.h"
#include "sip/timer_queue.h"
#include "sip/transaction_layer.h"

namespace janus_harness::sip {

// Keeps phones registered at somebody's registrar (RFC 3261 10.2): authenticates, refreshes before
// the binding runs out, removes the binding at the end.
class RegistrationClient {
  public:
    RegistrationClient(const EndpointConfig& config, Random random, TransactionLayer& transactions,
                       Transmitter& out)
        : config_(config), random_(random), transactions_(transactions), out_(out) {}

    // Replaces a registration of the same user.
    void start(TimePoint now, PhoneRegistration registration);
    void stop(TimePoint now, const std::string& user);
    // Null when the user was never registered or has been unregistered.
    const PhoneRegistration* find(const std::string& user) const;

    void handle_response(TimePoint now, std::uint64_t id, const Message& response);
    void handle_transaction_timeout(TimePoint now, std::uint64_t id);
    void handle_timeout(TimePoint now);
    std::optional<TimePoint> next_timeout() const { return timers_.next(); }

  private:
    struct Entry {
        PhoneRegistration wanted;
        std::string call_id;
        std::string tag;
        std::uint32_t cseq = 0;
        TransactionId transaction = 0;
        ClientAuthentication authentication;
        bool stopping = false;
    };

    void send(TimePoint now, std::uint64_t id, Entry& entry);
    Message make_register(Entry& entry);
    void accept(TimePoint now, std::uint64_t id, Entry& entry, const Message& response);
    bool lengthen(TimePoint now, std::uint64_t id, Entry& entry, const Message& response);
    void fail(TimePoint now, std::uint64_t id, int code, std::string reason);
    Duration granted(const Entry& entry, const Message& response) const;
    void remove(std::uint64_t id);

    const EndpointConfig& config_;
    Random random_;
    TransactionLayer& transactions_;
    Transmitter& out_;
    std::uint64_t last_id_ = 0;
    std::unordered_map<std::string, std::uint64_t> id_by_user_;
    std::unordered_map<std::uint64_t, Entry> entries_;
    TimerQueue timers_;  // when to refresh
};

}  // namespace janus_harness::sip
