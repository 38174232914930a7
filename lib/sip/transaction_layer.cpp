#include "sip/transaction_layer.h"

#include "sip/invite_client_transaction.h"
#include "sip/invite_server_transaction.h"
#include "sip/non_invite_client_transaction.h"
#include "sip/non_invite_server_transaction.h"

namespace janus_harness::sip {
namespace {

std::string client_key(const Via& top, const std::string& method) {
    return top.branch() + ' ' + method;
}

// An ACK belongs to the transaction of its INVITE.
std::string server_key(const Via& top, const std::string& method) {
    return top.branch() + ' ' + top.sent_by() + ' ' + (method == "ACK" ? "INVITE" : method);
}

std::unique_ptr<ClientTransaction> make_client(const Message& request,
                                               const SocketAddress& destination,
                                               const TimerValues& timers) {
    if (request.method == "INVITE") {
        return std::make_unique<InviteClientTransaction>(request, destination, timers);
    }
    return std::make_unique<NonInviteClientTransaction>(request, destination, timers);
}

std::unique_ptr<ServerTransaction> make_server(const Message& request,
                                               const SocketAddress& destination,
                                               const TimerValues& timers) {
    if (request.method == "INVITE") {
        return std::make_unique<InviteServerTransaction>(destination, timers);
    }
    return std::make_unique<NonInviteServerTransaction>(destination, timers);
}

}  // namespace

std::string TransactionLayer::new_branch() {
    return std::string(branch_cookie) + random_.token(20);
}

TransactionId TransactionLayer::send_request(TimePoint now, Message request,
                                             const SocketAddress& destination,
                                             TransactionUser user) {
    request.vias.insert(request.vias.begin(), make_via(config_.local, new_branch()));
    return start(now, request, destination, user);
}

TransactionId TransactionLayer::start(TimePoint now, const Message& request,
                                      const SocketAddress& destination, TransactionUser user) {
    const TransactionId id = ++last_id_;
    Client client;
    client.machine = make_client(request, destination, config_.timers);
    client.key = client_key(request.vias.front(), request.method);
    client.user = user;
    client.destination = destination;
    client.machine->start(now, out_);
    timers_.set(id, client.machine->next_timeout());
    client_by_key_[client.key] = id;
    clients_.emplace(id, std::move(client));
    return id;
}

void TransactionLayer::cancel(TimePoint now, TransactionId invite) {
    const auto found = clients_.find(invite);
    if (found == clients_.end()) return;
    const Message* request = found->second.machine->cancellable();
    if (request == nullptr) return;
    const SocketAddress destination = found->second.destination;
    start(now, make_same_branch_request(*request, "CANCEL"), destination, {});
}

void TransactionLayer::abandon(TransactionId id) {
    const auto found = clients_.find(id);
    if (found == clients_.end()) return;
    client_by_key_.erase(found->second.key);
    clients_.erase(found);
    timers_.set(id, std::nullopt);
}

TransactionLayer::ResponseMatch TransactionLayer::handle_response(TimePoint now,
                                                                  const Message& response) {
    const auto key = client_by_key_.find(client_key(response.vias.front(), response.cseq.method));
    if (key == client_by_key_.end()) return {};
    const TransactionId id = key->second;
    Client& client = clients_.at(id);
    const bool pass = client.machine->handle_response(now, response, out_);
    timers_.set(id, client.machine->next_timeout());
    return {true, pass, client.user, id};
}

TransactionLayer::RequestMatch TransactionLayer::handle_request(TimePoint now,
                                                                const Message& request) {
    const auto key = server_by_key_.find(server_key(request.vias.front(), request.method));
    if (key == server_by_key_.end()) return {};
    Server& server = servers_.at(key->second);
    const auto delivery = server.machine->handle_request(now, request, out_);
    timers_.set(key->second, server.machine->next_timeout());
    if (request.method != "ACK") ++out_.stats().retransmissions_received;
    return {true, delivery, server.user};
}

TransactionId TransactionLayer::accept_request(const Message& request, TransactionUser user) {
    const auto destination = response_destination(request.vias.front());
    if (!destination) return 0;
    const TransactionId id = ++last_id_;
    Server server{make_server(request, *destination, config_.timers),
                  server_key(request.vias.front(), request.method), user};
    server_by_key_[server.key] = id;
    servers_.emplace(id, std::move(server));
    return id;
}

void TransactionLayer::respond(TimePoint now, TransactionId id, const Message& response) {
    const auto found = servers_.find(id);
    if (found == servers_.end()) return;
    found->second.machine->respond(now, response, out_);
    timers_.set(id, found->second.machine->next_timeout());
}

void TransactionLayer::reply(TimePoint now, const Message& request, const Message& response) {
    respond(now, accept_request(request, {}), response);
}

TransactionId TransactionLayer::find_invite(const Message& cancel, TransactionUser& user) const {
    const auto key = server_by_key_.find(server_key(cancel.vias.front(), "INVITE"));
    if (key == server_by_key_.end()) return 0;
    user = servers_.at(key->second).user;
    return key->second;
}

bool TransactionLayer::expire_client(TimePoint now, TransactionId id, std::vector<Timeout>& out) {
    const auto found = clients_.find(id);
    if (found == clients_.end()) return false;
    Client& client = found->second;
    if (client.machine->handle_timeout(now, out_)) out.push_back({client.user, id, true});
    if (client.machine->terminated()) {
        abandon(id);
    } else {
        timers_.set(id, client.machine->next_timeout());
    }
    return true;
}

void TransactionLayer::expire_server(TimePoint now, TransactionId id, std::vector<Timeout>& out) {
    const auto found = servers_.find(id);
    if (found == servers_.end()) return;
    Server& server = found->second;
    if (server.machine->handle_timeout(now, out_)) out.push_back({server.user, id, false});
    if (!server.machine->terminated()) {
        timers_.set(id, server.machine->next_timeout());
        return;
    }
    server_by_key_.erase(server.key);
    servers_.erase(found);
}

std::vector<TransactionLayer::Timeout> TransactionLayer::handle_timeout(TimePoint now) {
    std::vector<Timeout> timeouts;
    while (const auto id = timers_.pop_due(now)) {
        if (!expire_client(now, *id, timeouts)) expire_server(now, *id, timeouts);
    }
    return timeouts;
}

}  // namespace janus_harness::sip
