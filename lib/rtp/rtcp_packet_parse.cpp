#include <algorithm>

#include "core/byte_io.h"
#include "rtp/rtcp_packet.h"

namespace janus_harness::rtp {

namespace {

constexpr std::size_t kCommonHeaderSize = 4;

struct CommonHeader {
    bool padding = false;
    std::uint8_t count = 0;
    std::uint8_t packet_type = 0;
};

std::optional<ReportBlock> parse_report_block(ByteReader& reader) {
    ReportBlock block;
    const auto ssrc = reader.u32();
    const auto fraction_lost = reader.u8();
    const auto lost = reader.u24();
    const auto highest = reader.u32();
    const auto jitter = reader.u32();
    const auto last_sender_report = reader.u32();
    const auto delay = reader.u32();
    if (!delay) return std::nullopt;
    block.ssrc = *ssrc;
    block.fraction_lost = *fraction_lost;
    block.cumulative_lost = static_cast<std::int32_t>(*lost << 8) >> 8;  // sign of 24 bits
    block.extended_highest_sequence = *highest;
    block.jitter = *jitter;
    block.last_sender_report = *last_sender_report;
    block.delay_since_last_report = *delay;
    return block;
}

std::optional<std::vector<ReportBlock>> parse_report_blocks(ByteReader& reader, std::size_t count) {
    std::vector<ReportBlock> blocks;
    for (std::size_t i = 0; i < count; ++i) {
        const std::optional<ReportBlock> block = parse_report_block(reader);
        if (!block) return std::nullopt;
        blocks.push_back(*block);
    }
    return blocks;
}

std::optional<RtcpPacket> parse_sender_report(std::size_t count, ByteReader reader) {
    const auto ssrc = reader.u32();
    const auto ntp_time = reader.u64();
    const auto rtp_timestamp = reader.u32();
    const auto packets = reader.u32();
    const auto octets = reader.u32();
    auto reports = parse_report_blocks(reader, count);
    if (!octets || !reports) return std::nullopt;
    return SenderReport{*ssrc, *ntp_time, *rtp_timestamp, *packets, *octets, std::move(*reports)};
}

std::optional<RtcpPacket> parse_receiver_report(std::size_t count, ByteReader reader) {
    const auto ssrc = reader.u32();
    auto reports = parse_report_blocks(reader, count);
    if (!ssrc || !reports) return std::nullopt;
    return ReceiverReport{*ssrc, std::move(*reports)};
}

std::optional<std::string> parse_text(ByteReader& reader) {
    const auto length = reader.u8();
    if (!length) return std::nullopt;
    const auto text = reader.bytes(*length);
    if (!text) return std::nullopt;
    return std::string(text->begin(), text->end());
}

// A chunk's list of items ends with a null byte and is padded to 32 bits (RFC 3550 6.5).
std::optional<SourceDescription::Chunk> parse_chunk(ByteReader& reader) {
    SourceDescription::Chunk chunk;
    const auto ssrc = reader.u32();
    if (!ssrc) return std::nullopt;
    chunk.ssrc = *ssrc;
    while (true) {
        const auto type = reader.u8();
        if (!type) return std::nullopt;
        if (*type == 0) break;
        auto text = parse_text(reader);
        if (!text) return std::nullopt;
        chunk.items.push_back({*type, std::move(*text)});
    }
    const std::size_t padding = (4 - reader.position() % 4) % 4;
    if (!reader.bytes(padding)) return std::nullopt;
    return chunk;
}

std::optional<RtcpPacket> parse_source_description(std::size_t count, ByteReader reader) {
    SourceDescription description;
    for (std::size_t i = 0; i < count; ++i) {
        auto chunk = parse_chunk(reader);
        if (!chunk) return std::nullopt;
        description.chunks.push_back(std::move(*chunk));
    }
    return description;
}

std::optional<RtcpPacket> parse_bye(std::size_t count, ByteReader reader) {
    Bye bye;
    for (std::size_t i = 0; i < count; ++i) {
        const auto ssrc = reader.u32();
        if (!ssrc) return std::nullopt;
        bye.ssrcs.push_back(*ssrc);
    }
    if (reader.remaining() == 0) return bye;
    auto reason = parse_text(reader);
    if (!reason) return std::nullopt;
    bye.reason = std::move(*reason);
    return bye;
}

std::optional<RtcpPacket> parse_application_defined(std::uint8_t subtype, ByteReader reader) {
    ApplicationDefined packet;
    const auto ssrc = reader.u32();
    const auto name = reader.bytes(4);
    if (!ssrc || !name) return std::nullopt;
    packet.subtype = subtype;
    packet.ssrc = *ssrc;
    for (std::size_t i = 0; i < packet.name.size(); ++i) {
        packet.name[i] = static_cast<char>((*name)[i]);
    }
    const ByteView data = *reader.bytes(reader.remaining());
    packet.data.assign(data.begin(), data.end());
    return packet;
}

std::optional<RtcpPacket> parse_body(const CommonHeader& header, ByteView body) {
    const ByteReader reader(body);
    switch (header.packet_type) {
        case 200:
            return parse_sender_report(header.count, reader);
        case 201:
            return parse_receiver_report(header.count, reader);
        case 202:
            return parse_source_description(header.count, reader);
        case 203:
            return parse_bye(header.count, reader);
        case 204:
            return parse_application_defined(header.count, reader);
        default:
            return OpaqueRtcp{header.packet_type, header.count, Bytes(body.begin(), body.end())};
    }
}

// The last byte of a padded packet counts its padding, in whole words (RFC 3550 6.4.1).
bool remove_padding(ByteView& body) {
    if (body.empty()) return false;
    const std::size_t padding = body.back();
    if (padding == 0 || padding % 4 != 0 || padding > body.size()) return false;
    body = body.first(body.size() - padding);
    return true;
}

std::optional<RtcpPacket> parse_packet(ByteReader& reader) {
    const auto first = reader.u8();
    const auto packet_type = reader.u8();
    const auto words = reader.u16();
    if (!words || *first >> 6 != 2) return std::nullopt;
    const auto body = reader.bytes(std::size_t{*words} * 4);
    if (!body) return std::nullopt;
    const CommonHeader header{(*first & 0x20) != 0, static_cast<std::uint8_t>(*first & 0x1f),
                              *packet_type};
    ByteView content = *body;
    const bool last = reader.remaining() == 0;
    if (header.padding && (!last || !remove_padding(content))) return std::nullopt;
    return parse_body(header, content);
}

}  // namespace

std::optional<std::vector<RtcpPacket>> parse_rtcp(ByteView bytes) {
    if (bytes.size() < kCommonHeaderSize) return std::nullopt;
    std::vector<RtcpPacket> compound;
    ByteReader reader(bytes);
    while (reader.remaining() > 0) {
        auto packet = parse_packet(reader);
        if (!packet) return std::nullopt;
        compound.push_back(std::move(*packet));
    }
    return compound;
}

std::optional<std::string> SourceDescription::cname(std::uint32_t ssrc) const {
    for (const Chunk& chunk : chunks) {
        if (chunk.ssrc != ssrc) continue;
        for (const Item& item : chunk.items) {
            if (item.type == 1) return item.text;
        }
    }
    return std::nullopt;
}

}  // namespace janus_harness::rtp
