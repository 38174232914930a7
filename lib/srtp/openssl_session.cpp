#include "srtp/openssl_session.h"

#include <array>
#include <optional>

#include "srtp/counter_mode_cipher.h"
#include "srtp/gcm_cipher.h"
#include "srtp/packet_index.h"

namespace janus_harness::srtp {

namespace {

constexpr std::uint32_t kEncrypted = 0x80000000U;  // the E flag
constexpr std::uint32_t kMaxRtcpIndex = 0x7fffffffU;

// The cipher that RTCP borrows, with `keys`. nullptr when OpenSSL fails.
template <typename Cipher>
const Cipher* borrow_cipher(const typename Cipher::Keys& keys, Profile profile) {
    thread_local std::array<std::optional<Cipher>, 2> ciphers;  // a cipher's key length stays
    auto& cipher = ciphers[master_key_length(profile) / 32];
    if (cipher) return cipher->set_keys(keys) ? &*cipher : nullptr;
    auto created = Cipher::create(keys, profile);
    if (!created) return nullptr;
    cipher.emplace(std::move(created).value());
    return &*cipher;
}

template <typename State>
State& find_or_insert(StreamTable<State>& streams, std::uint32_t ssrc, const State& fresh) {
    State* const known = streams.find(ssrc);
    return known != nullptr ? *known : streams.insert(ssrc, fresh);
}

// Enough room for a packet of `length` bytes and what protection adds.
bool has_room(std::span<const std::uint8_t> buffer, std::size_t length, std::size_t overhead) {
    return length <= buffer.size() && buffer.size() - length >= overhead;
}

}  // namespace

template <typename Cipher>
auto OpensslSession<Cipher>::derive_keys(Profile profile, const KeyMaterial& master)
    -> Result<Keys> {
    const auto derivation = KeyDerivation::create(master);
    if (!derivation) return derivation.error();
    using Use = KeyDerivation::Use;
    auto cipher =
        Cipher::create(Cipher::derive_keys(derivation.value(), Use::rtp, profile), profile);
    if (!cipher) return cipher.error();
    return Keys{{std::move(cipher).value(), {}},
                Cipher::derive_keys(derivation.value(), Use::rtcp, profile)};
}

template <typename Cipher>
Result<std::unique_ptr<Session>> OpensslSession<Cipher>::create(Profile profile,
                                                                const KeyMaterial& local,
                                                                const KeyMaterial& remote) {
    auto outbound = derive_keys(profile, local);
    if (!outbound) return outbound.error();
    auto inbound = derive_keys(profile, remote);
    if (!inbound) return inbound.error();
    return std::unique_ptr<Session>(
        new OpensslSession(profile, std::move(outbound).value(), std::move(inbound).value()));
}

template <typename Cipher>
OpensslSession<Cipher>::OpensslSession(Profile profile, Keys outbound, Keys inbound)
    : profile_(profile),
      outbound_(std::move(outbound.rtp)),
      inbound_(std::move(inbound.rtp)),
      outbound_rtcp_keys_(outbound.rtcp),
      inbound_rtcp_keys_(inbound.rtcp) {}

template <typename Cipher>
bool OpensslSession<Cipher>::protect_rtp(std::span<std::uint8_t> buffer, std::size_t& length) {
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
    length += overhead;
    outbound_.cipher.protect_rtp(buffer.first(length), header, {ssrc, index});
    return true;
}

template <typename Cipher>
Unprotect OpensslSession<Cipher>::unprotect_rtp(std::span<std::uint8_t> buffer,
                                                std::size_t& length) {
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
    if (!inbound_.cipher.unprotect_rtp(buffer.first(length), header, {ssrc, index})) {
        return Unprotect::auth_failed;
    }
    // Only now: whoever cannot make a tag must not make us keep anything.
    if (window == nullptr) window = &inbound_.streams.insert(ssrc, RtpWindow{});
    window->use(index);
    length -= overhead;
    return Unprotect::ok;
}

template <typename Cipher>
bool OpensslSession<Cipher>::protect_rtcp(std::span<std::uint8_t> buffer, std::size_t& length) {
    const std::size_t overhead = rtcp_overhead(profile_);
    if (!has_room(buffer, length, overhead)) return false;
    if (!is_rtcp_header_whole(buffer.first(length))) return false;
    const std::uint32_t ssrc = rtcp_ssrc(buffer.data());
    std::uint32_t& index = find_or_insert(outbound_rtcp_, ssrc, 0U);
    if (index == kMaxRtcpIndex) return false;  // the key's life is over (RFC 3711 9.2)
    const Cipher* const cipher = borrow_cipher<Cipher>(outbound_rtcp_keys_, profile_);
    if (cipher == nullptr) return false;
    ++index;
    length += overhead;
    store_u32(&buffer[Cipher::index_position(length)], index | kEncrypted);
    cipher->protect_rtcp(buffer.first(length), {ssrc, index});
    return true;
}

template <typename Cipher>
Unprotect OpensslSession<Cipher>::unprotect_rtcp(std::span<std::uint8_t> buffer,
                                                 std::size_t& length) {
    const std::size_t overhead = rtcp_overhead(profile_);
    if (length > buffer.size() || length < kRtcpHeader + overhead) return Unprotect::malformed;
    if (!is_rtcp_header_whole(buffer.first(length))) return Unprotect::malformed;
    const std::uint32_t field = load_u32(&buffer[Cipher::index_position(length)]);
    // Every profile of DTLS-SRTP encrypts; plain RTCP is none of the peer's (RFC 8827 6.5).
    if ((field & kEncrypted) == 0) return Unprotect::auth_failed;
    const PacketId id{rtcp_ssrc(buffer.data()), field & kMaxRtcpIndex};
    RtcpWindow* window = inbound_rtcp_.find(id.ssrc);
    if (window != nullptr && window->is_used(id.index)) return Unprotect::replayed;
    const Cipher* const cipher = borrow_cipher<Cipher>(inbound_rtcp_keys_, profile_);
    if (cipher == nullptr || !cipher->unprotect_rtcp(buffer.first(length), id)) {
        return Unprotect::auth_failed;
    }
    if (window == nullptr) window = &inbound_rtcp_.insert(id.ssrc, RtcpWindow{});
    window->use(id.index);
    length -= overhead;
    return Unprotect::ok;
}

template class OpensslSession<CounterModeCipher>;
template class OpensslSession<GcmCipher>;

}  // namespace janus_harness::srtp
