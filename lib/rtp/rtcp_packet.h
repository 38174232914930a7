#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/datagram.h"

namespace janus_harness::rtp {

// RFC 3550 6.4.1
struct ReportBlock {
    std::uint32_t ssrc = 0;            // the source that the block is about
    std::uint8_t fraction_lost = 0;    // of 256, since the previous report
    std::int32_t cumulative_lost = 0;  // 24 bits, signed
    std::uint32_t extended_highest_sequence = 0;
    std::uint32_t jitter = 0;                   // timestamp units
    std::uint32_t last_sender_report = 0;       // middle 32 bits of its NTP time; 0 when none
    std::uint32_t delay_since_last_report = 0;  // units of 1/65536 s

    bool operator==(const ReportBlock&) const = default;
};

// RFC 3550 6.4.1
struct SenderReport {
    std::uint32_t ssrc = 0;
    std::uint64_t ntp_time = 0;  // 32.32 fixed point seconds since 1900
    std::uint32_t rtp_timestamp = 0;
    std::uint32_t packets = 0;
    std::uint32_t octets = 0;
    std::vector<ReportBlock> reports;  // at most 31

    bool operator==(const SenderReport&) const = default;
};

// RFC 3550 6.4.2
struct ReceiverReport {
    std::uint32_t ssrc = 0;
    std::vector<ReportBlock> reports;  // at most 31

    bool operator==(const ReceiverReport&) const = default;
};

// RFC 3550 6.5
struct SourceDescription {
    struct Item {
        std::uint8_t type = 1;  // 1 is CNAME
        std::string text;       // at most 255 bytes

        bool operator==(const Item&) const = default;
    };
    struct Chunk {
        std::uint32_t ssrc = 0;
        std::vector<Item> items;

        bool operator==(const Chunk&) const = default;
    };
    std::vector<Chunk> chunks;  // at most 31

    // The first CNAME of `ssrc`; nullopt when there is none.
    std::optional<std::string> cname(std::uint32_t ssrc) const;
    bool operator==(const SourceDescription&) const = default;
};

// RFC 3550 6.6
struct Bye {
    std::vector<std::uint32_t> ssrcs;  // at most 31
    std::string reason;                // at most 255 bytes; may be empty

    bool operator==(const Bye&) const = default;
};

// RFC 3550 6.7
struct ApplicationDefined {
    std::uint8_t subtype = 0;  // 5 bits
    std::uint32_t ssrc = 0;
    std::array<char, 4> name{};
    Bytes data;  // a multiple of 4 bytes

    bool operator==(const ApplicationDefined&) const = default;
};

// Feedback and everything else, kept opaque: 205 RTPFB and 206 PSFB (RFC 4585 6.1), 207 XR
// (RFC 3611) and unknown types.
struct OpaqueRtcp {
    std::uint8_t packet_type = 0;
    std::uint8_t count = 0;  // the 5 bits that feedback calls FMT
    Bytes body;              // behind the four bytes of common header, padding removed

    bool operator==(const OpaqueRtcp&) const = default;
};

using RtcpPacket = std::variant<SenderReport, ReceiverReport, SourceDescription, Bye,
                                ApplicationDefined, OpaqueRtcp>;

// All packets of a compound (RFC 3550 6.1). Reduced-size RTCP (RFC 5506) is accepted: the first
// packet may be of any type. nullopt unless every packet is whole, of version 2, and padded only at
// the end of the compound (A.2).
std::optional<std::vector<RtcpPacket>> parse_rtcp(ByteView bytes);

// The wire form of a compound, in the order given. Lists and texts beyond their limits are cut.
void write_rtcp(const RtcpPacket& packet, Bytes& out);
Bytes write_rtcp(const std::vector<RtcpPacket>& compound);

}  // namespace janus_harness::rtp
