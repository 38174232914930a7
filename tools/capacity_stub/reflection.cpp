// The way of a datagram through the stub: received, recognized, sent back.
#include <sys/epoll.h>

#include <array>
#include <cstring>

#include "ice/packet_demux.h"
#include "tools/capacity_stub/media.h"

namespace janus_harness::capacity_stub {
namespace {

constexpr std::size_t sockets_a_round = 256;
// So that one socket that is flooded does not keep the others waiting.
constexpr std::size_t batches_a_socket = 8;
constexpr std::size_t ssrc_offset = 8;  // RFC 3550 5.1
// How many packets ahead the state of a call is asked for, and how much of its SRTP session.
constexpr std::size_t packets_ahead = 2;
constexpr std::size_t session_size = 640;
constexpr std::size_t cache_line = 64;

void prefetch_session(const Call* call) {
    if (call == nullptr || call->srtp() == nullptr) return;
    const char* begin = reinterpret_cast<const char*>(call->srtp());
    for (std::size_t i = 0; i < session_size; i += cache_line) __builtin_prefetch(begin + i);
}

void write_ssrc(std::span<std::uint8_t> packet, std::uint32_t ssrc) {
    const std::uint32_t value = htonl(ssrc);
    std::memcpy(packet.data() + ssrc_offset, &value, sizeof value);
}

}  // namespace

std::size_t Media::receive(TimePoint now) {
    std::array<epoll_event, sockets_a_round> ready;
    const int count = epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), 0);
    std::size_t datagrams = 0;
    for (int i = 0; i < count; ++i) {
        datagrams +=
            receive(now, *static_cast<MediaSocket*>(ready[static_cast<std::size_t>(i)].data.ptr));
    }
    ++counters_.media_rounds;
    return datagrams;
}

// The state of the calls is spread over the memory: while one packet is worked on, that of the next
// is on its way into the cache.
std::size_t Media::receive(TimePoint now, MediaSocket& socket) {
    std::array<Call*, PacketBatch::capacity> calls;
    std::size_t datagrams = 0;
    for (std::size_t i = 0; i < batches_a_socket; ++i) {
        const std::size_t count = batch_.receive(socket.descriptor());
        for (std::size_t index = 0; index < count; ++index) {
            calls[index] = socket.calls.find(batch_.remote(index), host_of(socket, index));
            __builtin_prefetch(calls[index]);
        }
        for (std::size_t index = 0; index < count; ++index) {
            if (index + packets_ahead < count) prefetch_session(calls[index + packets_ahead]);
            take(now, socket, index, calls[index]);
        }
        const auto sent = batch_.flush(socket.descriptor());
        counters_.rtp_reflected += sent.accepted;
        counters_.send_errors += sent.refused;
        datagrams += count;
        if (count < PacketBatch::capacity) break;
    }
    return datagrams;
}

HostIndex Media::host_of(const MediaSocket& socket, std::size_t index) const {
    return socket.hosts() == 1 ? HostIndex{0} : socket.host_of(batch_.destination(index));
}

void Media::take(TimePoint now, MediaSocket& socket, std::size_t index, Call* call) {
    const ByteView datagram = batch_.buffer(index).first(batch_.length(index));
    const auto kind = ice::classify_packet(datagram);
    if (kind == ice::PacketKind::stun) {
        take_stun(now, socket, index);
    } else if (call == nullptr || kind == ice::PacketKind::unknown) {
        ++counters_.unknown_datagrams;
    } else if (kind == ice::PacketKind::dtls) {
        call->handle_dtls(now, datagram, counters_);
        drain(*call);
    } else if (call->srtp() == nullptr) {
        ++counters_.unknown_datagrams;
    } else if (kind == ice::PacketKind::rtp) {
        reflect(*call, index);
    } else {
        take_rtcp(*call, index);
    }
}

// The call is the one that the check names, wherever it comes from.
void Media::take_stun(TimePoint now, MediaSocket& socket, std::size_t index) {
    const ByteView datagram = batch_.buffer(index).first(batch_.length(index));
    const auto remote = SocketAddress::from_sockaddr(batch_.remote(index));
    const auto check = ice::parse_stun(datagram);
    if (!check || check->message_class != ice::StunClass::request) return;
    const HostIndex host = host_of(socket, index);
    const auto found = calls_.find(check->username.substr(0, check->username.find(':')));
    if (found == calls_.end() || &found->second->socket() != &socket ||
        found->second->host() != host) {
        ++counters_.unknown_datagrams;
        return;
    }
    Call& call = *found->second;
    if (!call.handle_check(now, remote, datagram, *check, counters_)) return;
    if (!socket.calls.contains(remote, host)) add_candidate(call, remote);
    drain(call);
}

void Media::reflect(Call& call, std::size_t index) {
    ++counters_.rtp_received;
    const auto buffer = batch_.buffer(index);
    std::size_t length = batch_.length(index);
    if (call.srtp()->unprotect_rtp(buffer, length) != srtp::Unprotect::ok) return;
    ++counters_.rtp_authenticated;
    if (call.note_packet()) events_.push_back({MediaEvent::Kind::receiving, call.owner()});
    if (drop_every_ != 0 && ++reflections_ % drop_every_ == 0) {
        ++counters_.rtp_dropped_on_purpose;
        return;
    }
    write_ssrc(buffer, call.ssrc());
    if (call.srtp()->protect_rtp(buffer, length)) {
        batch_.send_back(index, length);
    } else {
        ++counters_.send_errors;
    }
}

void Media::take_rtcp(Call& call, std::size_t index) {
    std::size_t length = batch_.length(index);
    if (call.srtp()->unprotect_rtcp(batch_.buffer(index), length) == srtp::Unprotect::ok) {
        ++counters_.rtcp_received;
    }
}

}  // namespace janus_harness::capacity_stub
