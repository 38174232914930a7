#include "sip/dialog.h"

#include <algorithm>

namespace janus_harness::sip {
namespace {

Message frame(const Dialog& dialog, std::string_view method, std::uint32_t cseq) {
    Message request;
    request.method = std::string(method);
    request.uri = dialog.remote_target;
    request.uri.headers.clear();  // not allowed in a request-URI (RFC 3261 19.1.1)
    request.routes = dialog.route_set;
    request.max_forwards = 70;
    request.from = dialog.local;
    request.to = dialog.remote;
    request.call_id = dialog.call_id;
    request.cseq = {cseq, std::string(method)};
    return request;
}

}  // namespace

Message Dialog::make_request(std::string_view method) {
    return frame(*this, method, ++local_cseq);
}

Message Dialog::make_ack(std::uint32_t cseq) const {
    return frame(*this, "ACK", cseq);
}

SocketAddress Dialog::next_hop() const {
    const Uri& hop = route_set.empty() ? remote_target : route_set.front().uri;
    return hop.address().value_or(peer);
}

bool Dialog::accept_cseq(std::uint32_t number) {
    if (remote_cseq && number < *remote_cseq) return false;
    remote_cseq = number;
    return true;
}

void Dialog::refresh_target(const Message& message) {
    if (!message.contacts.empty()) remote_target = message.contacts.front().uri;
}

Dialog make_callee_dialog(const Message& invite, std::string local_tag, const SocketAddress& peer) {
    Dialog dialog;
    dialog.call_id = invite.call_id;
    dialog.local = invite.to;
    set_parameter(dialog.local.parameters, "tag", std::move(local_tag));
    dialog.remote = invite.from;
    dialog.remote_target = invite.from.uri;
    dialog.refresh_target(invite);
    dialog.route_set = invite.record_routes;
    dialog.remote_cseq = invite.cseq.number;
    dialog.peer = peer;
    return dialog;
}

void establish_caller_dialog(Dialog& dialog, const Message& response, const SocketAddress& peer) {
    dialog.remote = response.to;
    dialog.refresh_target(response);
    dialog.route_set.assign(response.record_routes.rbegin(), response.record_routes.rend());
    dialog.peer = peer;
}

}  // namespace janus_harness::sip
