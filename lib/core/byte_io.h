#pragma once

#include <cstdint>
#include <optional>

#include "core/datagram.h"

namespace janus_harness {

// Network-byte-order reading with bounds: after a read past the end every further read gives
// nullopt, so a parser may read a whole header and check once. The bytes must outlive the reader.
class ByteReader {
  public:
    explicit ByteReader(ByteView bytes) : bytes_(bytes) {}

    std::size_t remaining() const { return bytes_.size() - position_; }
    std::size_t position() const { return position_; }

    std::optional<std::uint8_t> u8() { return integer<std::uint8_t>(1); }
    std::optional<std::uint16_t> u16() { return integer<std::uint16_t>(2); }
    std::optional<std::uint32_t> u24() { return integer<std::uint32_t>(3); }
    std::optional<std::uint32_t> u32() { return integer<std::uint32_t>(4); }
    std::optional<std::uint64_t> u64() { return integer<std::uint64_t>(8); }
    std::optional<ByteView> bytes(std::size_t count) {
        if (count > remaining()) return fail<ByteView>();
        const ByteView result = bytes_.subspan(position_, count);
        position_ += count;
        return result;
    }

  private:
    template <typename T>
    std::optional<T> fail() {
        position_ = bytes_.size();
        failed_ = true;
        return std::nullopt;
    }
    template <typename T>
    std::optional<T> integer(std::size_t size) {
        if (failed_ || size > remaining()) return fail<T>();
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < size; ++i) value = value << 8 | bytes_[position_ + i];
        position_ += size;
        return static_cast<T>(value);
    }

    ByteView bytes_;
    std::size_t position_ = 0;
    bool failed_ = false;
};

// Appends integers in network byte order to a vector, which must outlive the writer.
class ByteWriter {
  public:
    explicit ByteWriter(Bytes& out) : out_(out) {}

    void u8(std::uint8_t value) { out_.push_back(value); }
    void u16(std::uint16_t value) { integer(value, 2); }
    void u24(std::uint32_t value) { integer(value, 3); }
    void u32(std::uint32_t value) { integer(value, 4); }
    void u64(std::uint64_t value) { integer(value, 8); }
    void bytes(ByteView value) { out_.insert(out_.end(), value.begin(), value.end()); }

  private:
    void integer(std::uint64_t value, int size) {
        for (int shift = (size - 1) * 8; shift >= 0; shift -= 8) {
            out_.push_back(static_cast<std::uint8_t>(value >> shift));
        }
    }

    Bytes& out_;
};

}  // namespace janus_harness
