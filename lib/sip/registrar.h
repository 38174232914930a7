#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/random.h"
#include "sip/endpoint.h"
#include "sip/server_authentication.h"
#include "sip/timer_queue.h"
#include "sip/transaction_layer.h"

namespace janus_harness::sip {

// A contact of a registered user.
struct Binding {
    NameAddr contact;
    SocketAddress source;  // where its REGISTER came from
    TimePoint expires;
    std::string call_id;
    std::uint32_t cseq = 0;

    // The contact's own address; what it was registered from when that is a host name.
    SocketAddress address() const { return contact.uri.address().value_or(source); }
};

// Accounts and their bindings (RFC 3261 10).
class Registrar {
  public:
    Registrar(const EndpointConfig& config, Random random, TransactionLayer& transactions,
              Transmitter& out)
        : config_(config),
          random_(random),
          authentication_(config, random_.fork(1)),
          transactions_(transactions),
          out_(out) {}

    void add_account(Account account);
    void remove_account(const std::string& username);
    void set_fault(const std::string& username, std::optional<RegistrationFault> fault);

    bool has_account(const std::string& username) const { return id_by_name_.contains(username); }
    // The binding made or refreshed last; null when the user is not registered.
    const Binding* lookup(const std::string& username) const;

    void handle_register(TimePoint now, const SocketAddress& remote, const Message& request);
    void handle_timeout(TimePoint now);
    std::optional<TimePoint> next_timeout() const { return timers_.next(); }

  private:
    struct User {
        Account account;
        std::vector<Binding> bindings;  // the latest last
    };

    User* find(const std::string& username);
    bool apply_fault(TimePoint now, const std::string& username, const Message& request);
    bool authenticate(TimePoint now, const User& user, const Message& request);
    // A status other than 200 refuses the whole REGISTER without any change (10.3 step 7).
    int validate(const User& user, const Message& request) const;
    void update(TimePoint now, const SocketAddress& remote, User& user, const Message& request);
    void update_contact(TimePoint now, const SocketAddress& remote, User& user,
                        const NameAddr& contact, const Message& request);
    Duration granted(const NameAddr& contact, const Message& request) const;
    void rearm(const User& user);
    void confirm(TimePoint now, const User& user, const Message& request);
    void refuse(TimePoint now, const std::string& username, const Message& request, int status);

    const EndpointConfig& config_;
    Random random_;
    ServerAuthentication authentication_;
    TransactionLayer& transactions_;
    Transmitter& out_;
    std::uint64_t last_id_ = 0;
    std::unordered_map<std::string, std::uint64_t> id_by_name_;
    std::unordered_map<std::uint64_t, User> users_;
    std::unordered_map<std::string, RegistrationFault> faults_;
    TimerQueue timers_;  // by user
};

}  // namespace janus_harness::sip
