#include "packets.h"

#include "core/byte_io.h"

namespace janus_harness::srtp {

Bytes random_bytes(Random& random, std::size_t length) {
    Bytes bytes(length);
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
    return bytes;
}

KeyMaterial material(Profile profile, std::uint64_t seed) {
    Random random(seed);
    return {random_bytes(random, master_key_length(profile)),
            random_bytes(random, master_salt_length(profile))};
}

Bytes rtp(std::uint16_t sequence, std::uint32_t ssrc, std::size_t payload) {
    Bytes packet;
    ByteWriter writer(packet);
    writer.u16(0x8000);
    writer.u16(sequence);
    writer.u32(sequence * 160U);
    writer.u32(ssrc);
    for (std::size_t i = 0; i < payload; ++i) writer.u8(static_cast<std::uint8_t>(i + sequence));
    return packet;
}

Bytes sender_report(std::uint32_t ssrc) {
    Bytes packet;
    ByteWriter writer(packet);
    writer.u16(0x80c8);
    writer.u16(6);
    writer.u32(ssrc);
    for (int i = 0; i < 5; ++i) writer.u32(0xdead0000U + static_cast<std::uint32_t>(i));
    return packet;
}

Bytes protect(Session& session, Kind kind, Bytes packet) {
    std::size_t length = packet.size();
    packet.resize(length + kMaxTrailer);
    const bool done = kind == Kind::rtp ? session.protect_rtp(packet, length)
                                        : session.protect_rtcp(packet, length);
    packet.resize(done ? length : 0);
    return packet;
}

Unprotect unprotect(Session& session, Kind kind, Bytes& packet) {
    std::size_t length = packet.size();
    const Unprotect result = kind == Kind::rtp ? session.unprotect_rtp(packet, length)
                                               : session.unprotect_rtcp(packet, length);
    packet.resize(length);
    return result;
}

Ends::Ends(Profile profile, Implementation implementation)
    : alice(Session::create(profile, material(profile, 1), material(profile, 2), implementation)
                .value()),
      bob(Session::create(profile, material(profile, 2), material(profile, 1), implementation)
              .value()) {}

}  // namespace janus_harness::srtp
