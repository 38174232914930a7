#include "harness/controller/leftovers.h"

#include <algorithm>
#include <functional>
#include <set>

#include "core/log.h"
#include "harness/controller/interrupts.h"
#include "net/timer.h"
#include "transport/admin_client.h"

namespace janus_harness::controller {
namespace {

constexpr Duration patience = std::chrono::seconds{3};
constexpr Duration pause = std::chrono::milliseconds{100};

using Ids = std::vector<std::uint64_t>;

bool no_more_patience() {
    return interrupts_received() > 1;
}

// Sends one question and runs the loop until its answer, or the deadline, or somebody's second
// interrupt: a Janus that hangs does not hang us.
std::optional<Ids> ask(net::Loop& loop, TimePoint deadline,
                       const std::function<void(transport::AdminClient::IdsCallback)>& question) {
    std::optional<Ids> answer;
    net::Timer timer(loop, [&](TimePoint now) {
        if (now >= deadline || no_more_patience()) loop.stop();
    });
    timer.start_every(pause);
    question([&](TimePoint, Result<Ids> ids) {
        if (ids) {
            answer = std::move(ids).value();
        } else {
            log(LogLevel::warning, "the admin API of Janus: {}", ids.error().message);
        }
        loop.stop();
    });
    loop.run();
    return answer;
}

void wait(net::Loop& loop, Duration time) {
    net::Timer timer(loop, [&](TimePoint) { loop.stop(); });
    timer.start_at(net::Loop::now() + time);
    loop.run();
}

}  // namespace

reports::Leftovers find_leftovers(net::Loop& loop, net::HttpClient& http,
                                  const deployment::Deployment& deployment,
                                  const std::vector<std::uint64_t>& our_sessions) {
    reports::Leftovers leftovers;
    if (deployment.admin_url.empty()) return leftovers;
    transport::AdminClient admin(http, deployment.admin_url, deployment.admin_secret,
                                 deployment.tls);
    const std::set<std::uint64_t> ours(our_sessions.begin(), our_sessions.end());
    const TimePoint deadline = net::Loop::now() + patience;
    Ids left;
    if (no_more_patience()) return leftovers;
    do {
        auto sessions = ask(loop, deadline, [&](auto callback) { admin.list_sessions(callback); });
        if (!sessions) return leftovers;
        left.clear();
        std::copy_if(sessions->begin(), sessions->end(), std::back_inserter(left),
                     [&](std::uint64_t id) { return ours.contains(id); });
        if (!left.empty()) wait(loop, pause);
    } while (!left.empty() && net::Loop::now() < deadline && !no_more_patience());

    leftovers.janus_sessions = left.size();
    std::uint64_t handles = 0;
    for (const std::uint64_t session : left) {
        const auto ids = ask(loop, deadline + patience,
                             [&](auto callback) { admin.list_handles(session, callback); });
        // Its answer may still come: nothing more is asked.
        if (!ids) return leftovers;
        handles += ids->size();
    }
    leftovers.janus_handles = handles;
    return leftovers;
}

}  // namespace janus_harness::controller
