#include <algorithm>
#include <string_view>

#include "core/byte_io.h"
#include "rtp/rtcp_packet.h"

namespace janus_harness::rtp {

namespace {

constexpr std::size_t kMaxCount = 31;
constexpr std::size_t kMaxText = 255;

// Writes the common header, lets `write_body` append the rest and sets the length in words
// (RFC 3550 6.4.1).
template <typename WriteBody>
void write_packet(Bytes& out, std::uint8_t packet_type, std::size_t count, WriteBody write_body) {
    const std::size_t start = out.size();
    ByteWriter writer(out);
    writer.u8(static_cast<std::uint8_t>(2 << 6 | (count & 0x1f)));
    writer.u8(packet_type);
    writer.u16(0);
    write_body(writer);
    while ((out.size() - start) % 4 != 0) out.push_back(0);
    const std::size_t words = (out.size() - start) / 4 - 1;
    out[start + 2] = static_cast<std::uint8_t>(words >> 8);
    out[start + 3] = static_cast<std::uint8_t>(words);
}

void write_text(ByteWriter& writer, std::string_view text) {
    const std::string_view cut = text.substr(0, kMaxText);
    writer.u8(static_cast<std::uint8_t>(cut.size()));
    for (const char character : cut) writer.u8(static_cast<std::uint8_t>(character));
}

void write_blocks(ByteWriter& writer, const std::vector<ReportBlock>& blocks) {
    for (std::size_t i = 0; i < std::min(blocks.size(), kMaxCount); ++i) {
        const ReportBlock& block = blocks[i];
        writer.u32(block.ssrc);
        writer.u8(block.fraction_lost);
        writer.u24(static_cast<std::uint32_t>(block.cumulative_lost) & 0xffffff);
        writer.u32(block.extended_highest_sequence);
        writer.u32(block.jitter);
        writer.u32(block.last_sender_report);
        writer.u32(block.delay_since_last_report);
    }
}

void write_chunk(ByteWriter& writer, Bytes& out, const SourceDescription::Chunk& chunk) {
    const std::size_t start = out.size();
    writer.u32(chunk.ssrc);
    for (const SourceDescription::Item& item : chunk.items) {
        writer.u8(item.type);
        write_text(writer, item.text);
    }
    do {
        writer.u8(0);
    } while ((out.size() - start) % 4 != 0);
}

struct Write {
    Bytes& out;

    void operator()(const SenderReport& report) const {
        write_packet(out, 200, std::min(report.reports.size(), kMaxCount), [&](ByteWriter& writer) {
            writer.u32(report.ssrc);
            writer.u64(report.ntp_time);
            writer.u32(report.rtp_timestamp);
            writer.u32(report.packets);
            writer.u32(report.octets);
            write_blocks(writer, report.reports);
        });
    }
    void operator()(const ReceiverReport& report) const {
        write_packet(out, 201, std::min(report.reports.size(), kMaxCount), [&](ByteWriter& writer) {
            writer.u32(report.ssrc);
            write_blocks(writer, report.reports);
        });
    }
    void operator()(const SourceDescription& description) const {
        const std::size_t count = std::min(description.chunks.size(), kMaxCount);
        write_packet(out, 202, count, [&](ByteWriter& writer) {
            for (std::size_t i = 0; i < count; ++i) write_chunk(writer, out, description.chunks[i]);
        });
    }
    void operator()(const Bye& bye) const {
        const std::size_t count = std::min(bye.ssrcs.size(), kMaxCount);
        write_packet(out, 203, count, [&](ByteWriter& writer) {
            for (std::size_t i = 0; i < count; ++i) writer.u32(bye.ssrcs[i]);
            if (!bye.reason.empty()) write_text(writer, bye.reason);
        });
    }
    void operator()(const ApplicationDefined& packet) const {
        write_packet(out, 204, packet.subtype, [&](ByteWriter& writer) {
            writer.u32(packet.ssrc);
            for (const char character : packet.name)
                writer.u8(static_cast<std::uint8_t>(character));
            writer.bytes(packet.data);
        });
    }
    void operator()(const OpaqueRtcp& packet) const {
        write_packet(out, packet.packet_type, packet.count,
                     [&](ByteWriter& writer) { writer.bytes(packet.body); });
    }
};

}  // namespace

void write_rtcp(const RtcpPacket& packet, Bytes& out) {
    std::visit(Write{out}, packet);
}

Bytes write_rtcp(const std::vector<RtcpPacket>& compound) {
    Bytes out;
    for (const RtcpPacket& packet : compound) write_rtcp(packet, out);
    return out;
}

}  // namespace janus_harness::rtp
