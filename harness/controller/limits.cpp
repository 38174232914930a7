#include "harness/controller/limits.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <fstream>
#include <string>
#include <vector>

#include "harness/deployment/resolve.h"
#include "harness/media/media_sockets.h"
#include "harness/media/rtp_socket_pair.h"
#include "harness/scenario/load_shape.h"
#include "harness/worker/client.h"

namespace janus_harness::controller {
namespace {

// epoll, eventfd and the like of a worker's loop, its far end and its accounting.
constexpr std::uint64_t descriptors_of_worker = 16;
// libcurl's own, for each group of clients that share connections.
constexpr std::uint64_t descriptors_of_lane = 2;
// Standard streams, logs, results, the main thread's own requests.
constexpr std::uint64_t descriptor_reserve = 64;

// Media sockets, or pairs of them, for `calls` legs spread evenly over the workers.
std::uint64_t sockets_for(const scenario::Scenario& scenario, std::uint64_t legs,
                          std::uint64_t workers) {
    if (scenario.media.sockets == scenario::MediaSockets::per_call) return legs;
    const std::uint64_t of_worker = (legs + workers - 1) / workers;
    constexpr std::uint64_t shared_by = media::MediaSockets::kFewestCalls;
    return workers * ((of_worker + shared_by - 1) / shared_by);
}

std::uint64_t size_of(const net::UdpSocket::PortRange& range) {
    return range.first == 0 ? 0 : static_cast<std::uint64_t>(range.last - range.first) + 1;
}

std::uint64_t ephemeral_range() {
    std::ifstream file("/proc/sys/net/ipv4/ip_local_port_range");
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    return file >> first >> last && last >= first ? last - first + 1 : 0;
}

// Collects what is too little.
class Complaints {
  public:
    explicit Complaints(std::uint64_t clients) : clients_(clients) {}

    void require(std::uint64_t needed, std::uint64_t available, const std::string& what,
                 const std::string& remedy) {
        if (available == 0 || needed <= available) return;
        text_ += fmt::format("{}{} clients at once need {} {}, and there are {}: {}",
                             text_.empty() ? "" : "\n", clients_, needed, what, available, remedy);
    }
    Result<void> result() const {
        if (text_.empty()) return {};
        return Error{"limits", text_};
    }

  private:
    std::uint64_t clients_;
    std::string text_;
};

}  // namespace

std::uint64_t ResourceNeeds::descriptors() const {
    return connections + browser_ports + phone_ports + lanes * descriptors_of_lane +
           workers * descriptors_of_worker + descriptor_reserve;
}

ResourceNeeds resource_needs(const scenario::Scenario& scenario,
                             const deployment::Deployment& deployment, std::uint32_t workers) {
    const auto actors = deployment::needs_of(scenario);
    ResourceNeeds needs;
    needs.workers = workers;
    needs.clients = scenario::clients_at_once(scenario.load);
    // Over HTTP one connection waits in the long poll while requests go over another.
    const bool web_socket = deployment.janus_url.starts_with("ws");
    needs.connections = needs.clients * actors.browsers * (web_socket ? 1 : 2);
    if (!web_socket) needs.lanes = needs.clients * actors.browsers / 64 + workers;
    const bool calls =
        worker::count_calls(scenario.steps) + worker::count_calls(scenario.setup) > 0;
    if (!calls) return needs;
    needs.browser_ports = sockets_for(scenario, needs.clients * actors.browsers, workers);
    if (deployment.far_end != scenario::FarEndMode::none) {
        needs.phone_ports = 2 * sockets_for(scenario, needs.clients * actors.phones, workers);
    }
    return needs;
}

ResourceLimits resource_limits() {
    ResourceLimits limits;
    rlimit descriptors{};
    if (getrlimit(RLIMIT_NOFILE, &descriptors) == 0) {
        rlimit raised = descriptors;
        raised.rlim_cur = raised.rlim_max;
        if (setrlimit(RLIMIT_NOFILE, &raised) == 0) descriptors = raised;
        limits.descriptors = descriptors.rlim_cur;
    }
    limits.ephemeral_ports = ephemeral_range();
    return limits;
}

Result<void> check_limits(const ResourceNeeds& needs, const ResourceLimits& limits,
                          const deployment::Deployment& deployment) {
    const std::string widen =
        "widen net.ipv4.ip_local_port_range (sysctl), or use fewer clients at once";
    Complaints complaints(needs.clients);
    complaints.require(needs.descriptors(), limits.descriptors, "file descriptors",
                       "raise the limit (ulimit -n, LimitNOFILE= of systemd), use ws:// instead "
                       "of http://, or use fewer clients at once");
    complaints.require(needs.connections, limits.ephemeral_ports,
                       "local TCP ports for their connections to Janus", widen);
    const std::uint64_t browser_range = size_of(deployment.browser_ports);
    // Each phone has an even port and the next.
    const std::uint64_t phone_range =
        2 * std::uint64_t{media::RtpSocketPair::pairs_in(deployment.phone_ports)};
    complaints.require(needs.browser_ports, browser_range, "UDP ports of --browser-ports",
                       "give a wider range");
    complaints.require(needs.phone_ports, phone_range,
                       "UDP ports, in pairs of an even one and the next, for the far end",
                       "give a wider range with --far-end-ports");
    // Where no range is given, the kernel chooses the browsers' ports.
    complaints.require(browser_range == 0 ? needs.browser_ports : 0, limits.ephemeral_ports,
                       "local UDP ports for their audio", widen);
    return complaints.result();
}

}  // namespace janus_harness::controller
