#include "ice/packet_demux.h"

namespace janus_harness::ice {

PacketKind classify_packet(ByteView datagram) {
    if (datagram.empty()) return PacketKind::unknown;
    const std::uint8_t first = datagram[0];
    if (first <= 3) return PacketKind::stun;
    if (first >= 20 && first <= 63) return PacketKind::dtls;
    if (first < 128 || first > 191 || datagram.size() < 2) return PacketKind::unknown;
    const std::uint8_t second = datagram[1];
    return second >= 192 && second <= 223 ? PacketKind::rtcp : PacketKind::rtp;
}

bool is_stun(ByteView datagram) {
    return classify_packet(datagram) == PacketKind::stun;
}
bool is_dtls(ByteView datagram) {
    return classify_packet(datagram) == PacketKind::dtls;
}
bool is_rtp(ByteView datagram) {
    return classify_packet(datagram) == PacketKind::rtp;
}
bool is_rtcp(ByteView datagram) {
    return classify_packet(datagram) == PacketKind::rtcp;
}

}  // namespace janus_harness::ice
