#include "sip/forwarder.h"

#include "sip/digest.h"

namespace janus_harness::sip {
namespace {

std::string derived_branch(const Message& request) {
    const Via& top = request.vias.front();
    const std::string basis = top.branch() + ' ' + top.sent_by() + ' ' + request.call_id + ' ' +
                              request.from.tag() + ' ' + std::to_string(request.cseq.number);
    return std::string(branch_cookie) + digest_hash(DigestAlgorithm::md5, basis);
}

// The requests whose 2xx makes a dialog, when they stand outside one (16.6 step 4).
bool opens_dialog(const Message& request) {
    return request.to.tag().empty() &&
           (request.method == "INVITE" || request.method == "SUBSCRIBE");
}

}  // namespace

StatelessForwarder::Outcome StatelessForwarder::forward_request(TimePoint now, Message request,
                                                                const SocketAddress& destination) {
    if (request.max_forwards == 0U) return Outcome::too_many_hops;
    request.max_forwards = request.max_forwards.value_or(71) - 1;  // 16.6 step 3: 70 when missing
    if (config_.record_route && opens_dialog(request)) {
        NameAddr route{"", make_uri("", config_.local), {}};
        route.uri.parameters = {{"lr", std::nullopt}};
        request.record_routes.insert(request.record_routes.begin(), std::move(route));
    }
    const std::string branch = derived_branch(request);
    request.vias.insert(request.vias.begin(), make_via(config_.local, branch));
    ++out_.stats().forwarded;
    out_.send(now, destination, request.to_string());
    return Outcome::forwarded;
}

bool StatelessForwarder::forward_response(TimePoint now, Message response) {
    if (response.vias.size() < 2) return false;
    if (response.vias.front().sent_by() != make_via(config_.local, "").sent_by()) return false;
    response.vias.erase(response.vias.begin());
    const auto destination = response_destination(response.vias.front());
    if (!destination) return false;
    ++out_.stats().forwarded;
    out_.send(now, *destination, response.to_string());
    return true;
}

}  // namespace janus_harness::sip
