#include "rtp/packet.h"

#include <algorithm>

namespace janus_harness::rtp {

namespace {

constexpr std::uint8_t kVersion = 2;
constexpr std::size_t kExtensionHeaderSize = 4;

std::uint8_t* put(std::uint8_t* out, std::uint32_t value, int bytes) {
    for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) {
        *out++ = static_cast<std::uint8_t>(value >> shift);
    }
    return out;
}

bool in_range(const RtpHeader& header) {
    return header.payload_type < 128 && header.contributors.size() <= kMaxContributors &&
           header.extension.size() % 4 == 0 && header.extension.size() / 4 <= 0xffff;
}

}  // namespace

std::size_t RtpHeader::size() const {
    const std::size_t fixed = kFixedHeaderSize + 4 * contributors.size();
    return extension_profile ? fixed + kExtensionHeaderSize + extension.size() : fixed;
}

std::size_t RtpHeader::write(std::span<std::uint8_t> buffer) const {
    if (!in_range(*this) || buffer.size() < size()) return 0;
    std::uint8_t* out = buffer.data();
    const int first_byte =
        kVersion << 6 | (extension_profile ? 0x10 : 0) | static_cast<int>(contributors.size());
    *out++ = static_cast<std::uint8_t>(first_byte);
    *out++ = static_cast<std::uint8_t>((marker ? 0x80 : 0) | payload_type);
    out = put(out, sequence_number, 2);
    out = put(out, timestamp, 4);
    out = put(out, ssrc, 4);
    for (const std::uint32_t contributor : contributors) out = put(out, contributor, 4);
    if (extension_profile) {
        out = put(out, *extension_profile, 2);
        out = put(out, static_cast<std::uint32_t>(extension.size() / 4), 2);
        std::copy(extension.begin(), extension.end(), out);
    }
    return size();
}

std::optional<RtpPacketView> RtpPacketView::parse(ByteView bytes) {
    if (bytes.size() < kFixedHeaderSize || bytes[0] >> 6 != kVersion) return std::nullopt;
    RtpPacketView view(bytes);
    if (!view.locate_payload()) return std::nullopt;
    return view;
}

bool RtpPacketView::locate_payload() {
    std::size_t offset = extension_offset();
    if (has_extension()) {
        if (bytes_.size() < offset + kExtensionHeaderSize) return false;
        const std::size_t words =
            static_cast<std::size_t>(bytes_[offset + 2] << 8 | bytes_[offset + 3]);
        offset += kExtensionHeaderSize + 4 * words;
    }
    if (bytes_.size() < offset) return false;
    payload_offset_ = offset;
    payload_size_ = bytes_.size() - offset;
    const bool padded = (bytes_[0] & 0x20) != 0;
    if (!padded) return true;
    // The last byte counts the padding, itself included (RFC 3550 5.1).
    const std::size_t padding = bytes_.back();
    if (padding == 0 || padding > payload_size_) return false;
    payload_size_ -= padding;
    return true;
}

std::optional<std::uint16_t> RtpPacketView::extension_profile() const {
    if (!has_extension()) return std::nullopt;
    const std::size_t offset = extension_offset();
    return static_cast<std::uint16_t>(bytes_[offset] << 8 | bytes_[offset + 1]);
}

ByteView RtpPacketView::extension() const {
    if (!has_extension()) return {};
    const std::size_t begin = extension_offset() + kExtensionHeaderSize;
    return bytes_.subspan(begin, payload_offset_ - begin);
}

}  // namespace janus_harness::rtp
