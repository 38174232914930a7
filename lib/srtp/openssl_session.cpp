#include "srtp/openssl_session.h"

#include "srtp/counter_mode_protection.h"
#include "srtp/gcm_protection.h"
#include "srtp/packet_index.h"

namespace janus_harness::srtp {

namespace {

constexpr std::uint32_t kEncrypted = 0x80000000U;  // the E flag
constexpr std::uint32_t kMaxRtcpIndex = 0x7fffffffU;

template <typename State>
State& find_or_insert(StreamTable<State>& streams, std::uint32_t ssrc, const State& fresh) {
    State* const known = streams.find(ssrc);
    return known != nullptr ? *known : streams.insert(ssrc, fresh);
}

// A packet's session is seldom in the cache where there are thousands. Asked for at once, its lines
// come together instead of one after the other.
template <typename Object>
void prefetch(const Object& object) {
    constexpr std::size_t cache_line = 64;
    for (std::size_t offset = 0; offset < sizeof object; offset += cache_line) {
        __builtin_prefetch(reinterpret_cast<const char*>(&object) + offset);
    }
}

// Enough room for a packet of `length` bytes and what protection adds.
bool has_room(std::span<const std::uint8_t> buffer, std::size_t length, std::size_t overhead) {
    return length <= buffer.size() && buffer.size() - length >= overhead;
}

}  // namespace

template <typename Protection>
auto OpensslSession<Protection>::protections(Profile profile, const KeyMaterial& master)
    -> Result<Protections> {
    const auto rtp = Protection::create(profile, master, KeyUse::rtp);
    if (!rtp) return rtp.error();
    const auto rtcp = Protection::create(profile, master, KeyUse::rtcp);
    if (!rtcp) return rtcp.error();
    return Protections{rtp.value(), rtcp.value()};
}

template <typename Protection>
Result<std::unique_ptr<Session>> OpensslSession<Protection>::create(Profile profile,
                                                                    const KeyMaterial& local,
                                                                    const KeyMaterial& remote) {
    const auto outbound = protections(profile, local);
    if (!outbound) return outbound.error();
    const auto inbound = protections(profile, remote);
    if (!inbound) return inbound.error();
    return std::unique_ptr<Session>(new OpensslSession(profile, outbound.value(), inbound.value()));
}

template <typename Protection>
OpensslSession<Protection>::OpensslSession(Profile profile, const Protections& outbound,
                                           const Protections& inbound)
    : profile_(profile),
      outbound_{outbound.rtp, {}},
      inbound_{inbound.rtp, {}},
      outbound_rtcp_{outbound.rtcp, {}},
      inbound_rtcp_{inbound.rtcp, {}} {}

template <typename Protection>
bool OpensslSession<Protection>::protect_rtp(std::span<std::uint8_t> buffer, std::size_t& length) {
    prefetch(outbound_);
    const std::size_t overhead = rtp_overhead(profile_);
    if (!has_room(buffer, length, overhead)) return false;
    const std::size_t header = rtp_header_length(buffer.first(length));
    if (header == 0) return false;
    const std::uint32_t ssrc = rtp_ssrc(buffer.data());
    RtpWindow& window = find_or_insert(outbound_.streams, ssrc, RtpWindow{});
    const std::uint64_t index =
        estimate_index(window.highest(), rtp_sequence_number(buffer.data()));
    if (window.is_used(index)) return false;  // never the same keystream twice
    window.use(index);
    const auto packet = buffer.first(length + overhead);
    if (!outbound_.protection.protect_rtp(packet, header, {ssrc, index})) return false;
    length = packet.size();
    return true;
}

template <typename Protection>
Unprotect OpensslSession<Protection>::unprotect_rtp(std::span<std::uint8_t> buffer,
                                                    std::size_t& length) {
    prefetch(inbound_);
    const std::size_t overhead = rtp_overhead(profile_);
    if (length > buffer.size() || length < kRtpHeader + overhead) return Unprotect::malformed;
    const std::size_t header = rtp_header_length(buffer.first(length - overhead));
    if (header == 0) return Unprotect::malformed;
    const std::uint32_t ssrc = rtp_ssrc(buffer.data());
    const std::uint16_t sequence_number = rtp_sequence_number(buffer.data());
    RtpWindow* window = inbound_.streams.find(ssrc);
    const std::uint64_t index =
        estimate_index(window != nullptr ? window->highest() : 0, sequence_number);
    if (window != nullptr && window->is_used(index)) return Unprotect::replayed;
    if (!inbound_.protection.unprotect_rtp(buffer.first(length), header, {ssrc, index})) {
        return Unprotect::auth_failed;
    }
    // Only now: whoever cannot make a tag must not make us keep anything.
    if (window == nullptr) window = &inbound_.streams.insert(ssrc, RtpWindow{});
    window->use(index);
    length -= overhead;
    return Unprotect::ok;
}

template <typename Protection>
bool OpensslSession<Protection>::protect_rtcp(std::span<std::uint8_t> buffer, std::size_t& length) {
    const std::size_t overhead = rtcp_overhead(profile_);
    if (!has_room(buffer, length, overhead)) return false;
    if (!is_rtcp_header_whole(buffer.first(length))) return false;
    const std::uint32_t ssrc = rtcp_ssrc(buffer.data());
    std::uint32_t& index = find_or_insert(outbound_rtcp_.streams, ssrc, 0U);
    if (index == kMaxRtcpIndex) return false;  // the key's life is over (RFC 3711 9.2)
    ++index;
    const auto packet = buffer.first(length + overhead);
    store_u32(&packet[Protection::index_position(packet.size())], index | kEncrypted);
    if (!outbound_rtcp_.protection.protect_rtcp(packet, {ssrc, index})) return false;
    length = packet.size();
    return true;
}

template <typename Protection>
Unprotect OpensslSession<Protection>::unprotect_rtcp(std::span<std::uint8_t> buffer,
                                                     std::size_t& length) {
    const std::size_t overhead = rtcp_overhead(profile_);
    if (length > buffer.size() || length < kRtcpHeader + overhead) return Unprotect::malformed;
    if (!is_rtcp_header_whole(buffer.first(length))) return Unprotect::malformed;
    const std::uint32_t field = load_u32(&buffer[Protection::index_position(length)]);
    // Every profile of DTLS-SRTP encrypts; plain RTCP is none of the peer's (RFC 8827 6.5).
    if ((field & kEncrypted) == 0) return Unprotect::auth_failed;
    const PacketId id{rtcp_ssrc(buffer.data()), field & kMaxRtcpIndex};
    RtcpWindow* window = inbound_rtcp_.streams.find(id.ssrc);
    if (window != nullptr && window->is_used(id.index)) return Unprotect::replayed;
    if (!inbound_rtcp_.protection.unprotect_rtcp(buffer.first(length), id)) {
        return Unprotect::auth_failed;
    }
    if (window == nullptr) window = &inbound_rtcp_.streams.insert(id.ssrc, RtcpWindow{});
    window->use(id.index);
    length -= overhead;
    return Unprotect::ok;
}

template class OpensslSession<CounterModeProtection>;
template class OpensslSession<GcmProtection>;

}  // namespace janus_harness::srtp
