#include "tools/capacity_stub/media.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace janus_harness::capacity_stub {
namespace {

// Calls gather on the first sockets, for large batches, but so that a pause of 100 ms does not
// overflow a receive buffer.
constexpr std::size_t comfortable_calls = 128;
constexpr std::size_t most_addresses = 16;  // of a call

// A host of the socket on which no call has one of these addresses.
std::optional<HostIndex> free_host(const MediaSocket& socket,
                                   const std::vector<SocketAddress>& candidates) {
    for (std::size_t i = 0; i < socket.hosts(); ++i) {
        // Where calls end in about the order they began in, this one is free.
        const auto host = static_cast<HostIndex>((socket.call_count + i) % socket.hosts());
        const bool free = std::ranges::none_of(
            candidates, [&](const auto& address) { return socket.calls.contains(address, host); });
        if (free) return host;
    }
    return std::nullopt;
}

}  // namespace

Result<std::unique_ptr<Media>> Media::create(const Options& options, Counters& counters,
                                             Random random) {
    auto certificate = dtls::Certificate::generate("janus-capacity-stub");
    if (!certificate) return certificate.error();
    auto context = dtls::Context::create(std::move(certificate).value());
    if (!context) return context.error();
    auto address = SocketAddress::from_ip(options.address, 0);
    if (!address) return address.error();
    std::unique_ptr<Media> media(
        new Media(options, address.value(), counters, random, std::move(context).value()));
    const auto opened = media->open_socket();
    if (!opened) return opened.error();
    return media;
}

Media::Media(const Options& options, const SocketAddress& address, Counters& counters,
             Random random, std::shared_ptr<const dtls::Context> context)
    : counters_(counters),
      random_(random),
      context_(std::move(context)),
      drop_every_(options.faults.drop_every),
      address_(address),
      most_sockets_(options.media_sockets),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      batch_(MediaSocket::has_hosts(address)) {}

Media::~Media() {
    ::close(epoll_);
}

Result<MediaSocket*> Media::open_socket() {
    auto socket = MediaSocket::open(address_, true);
    if (!socket) return socket.error();
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = socket.value().get();
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, socket.value()->descriptor(), &event) != 0) {
        return Error{"stub_socket", "cannot watch a UDP socket"};
    }
    sockets_.push_back(std::move(socket).value());
    return sockets_.back().get();
}

// On a socket with room; on a new one if there is none.
Result<Media::LocalEnd> Media::choose_end(const std::vector<SocketAddress>& candidates) {
    LocalEnd least_used;
    for (const auto& socket : sockets_) {
        const bool is_full = socket->call_count >= comfortable_calls;
        if (is_full && sockets_.size() < most_sockets_) continue;
        const auto host = free_host(*socket, candidates);
        if (!host) continue;
        if (!is_full) return LocalEnd{socket.get(), *host};
        if (!least_used.socket || socket->call_count < least_used.socket->call_count) {
            least_used = {socket.get(), *host};
        }
    }
    if (sockets_.size() < most_sockets_) {
        const auto opened = open_socket();
        if (!opened) return opened.error();
        return LocalEnd{opened.value(), 0};
    }
    if (least_used.socket) return least_used;
    return Error{"stub_no_socket", "every socket has a call with that address of the client"};
}

Result<Call*> Media::open(const CallOwner& owner, RemoteParameters remote) {
    const auto chosen = choose_end(remote.candidates);
    if (!chosen) return chosen.error();
    const auto [socket, host] = chosen.value();
    const std::vector<SocketAddress> candidates = remote.candidates;
    auto call = std::make_unique<Call>(owner, *socket, host, std::move(remote), random_, context_);
    Call* opened = call.get();
    if (!calls_.emplace(opened->ufrag(), std::move(call)).second) {
        return Error{"stub_no_socket", "the same ufrag twice"};
    }
    if (++socket->call_count == 1) ++used_sockets_;
    for (const auto& address : candidates) add_candidate(*opened, address);
    return opened;
}

void Media::add_candidate(Call& call, const SocketAddress& address) {
    auto& addresses = call.addresses();
    if (addresses.size() >= most_addresses) return;
    if (call.socket().calls.insert(address, call.host(), &call)) addresses.push_back(address);
}

void Media::close(Call* call) {
    MediaSocket& socket = call->socket();
    for (const auto& address : call->addresses()) socket.calls.erase(address, call->host());
    if (--socket.call_count == 0) --used_sockets_;
    handshakes_.erase(call);
    const std::string ufrag = call->ufrag();
    calls_.erase(ufrag);
}

void Media::handle_timeout(TimePoint now) {
    std::vector<Call*> due;
    for (Call* call : handshakes_) {
        const auto time = call->next_timeout();
        if (!time || *time <= now) due.push_back(call);
    }
    for (Call* call : due) {
        call->handle_timeout(now, counters_);
        drain(*call);
    }
}

std::optional<TimePoint> Media::next_timeout() const {
    std::optional<TimePoint> next;
    for (const Call* call : handshakes_) {
        next = earliest(next, call->next_timeout());
    }
    return next;
}

void Media::drain(Call& call) {
    for (const auto& event : call.take_events()) events_.push_back(event);
    if (call.next_timeout()) {
        handshakes_.insert(&call);
    } else {
        handshakes_.erase(&call);
    }
}

std::optional<MediaEvent> Media::poll_event() {
    if (events_.empty()) return std::nullopt;
    const MediaEvent event = events_.front();
    events_.pop_front();
    return event;
}

std::uint64_t Media::receive_drops() const {
    std::uint64_t drops = 0;
    for (const auto& socket : sockets_) drops += socket->receive_drops();
    return drops;
}

}  // namespace janus_harness::capacity_stub
