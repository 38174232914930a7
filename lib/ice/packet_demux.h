#pragma once

#include "core/datagram.h"

namespace janus_harness::ice {

// What a datagram on a WebRTC socket is, by its first bytes.
enum class PacketKind { stun, dtls, rtp, rtcp, unknown };

// RFC 7983 section 7 (first byte: 0..3 STUN, 20..63 DTLS, 128..191 RTP or RTCP) and RFC 5761
// section 4 (second byte 192..223: RTCP). Only the first bytes are looked at: "rtp" does not mean
// well-formed. Empty datagrams and other first bytes (ZRTP, TURN channels) are unknown.
PacketKind classify_packet(ByteView datagram);

bool is_stun(ByteView datagram);
bool is_dtls(ByteView datagram);
bool is_rtp(ByteView datagram);
bool is_rtcp(ByteView datagram);

}  // namespace janus_harness::ice
