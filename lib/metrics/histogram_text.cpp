#include <fmt/format.h>

#include <charconv>
#include <limits>

#include "core/text.h"
#include "metrics/histogram.h"

namespace janus_harness::metrics {
namespace {

constexpr std::uint64_t bucket_limit = 24 * 1024;  // highest_value falls into the last 1,024
constexpr std::size_t header_fields = 6;

Error syntax(std::string_view what) {
    return Error{"histogram_syntax", fmt::format("histogram text: {}", what)};
}

}  // namespace

std::string Histogram::encode() const {
    if (count_ == 0) return {};
    std::string text = fmt::format("v1 {} {} {} {} {}", count_, min_, max_, sum_, clamped_);
    for (const Block& block : blocks_) {
        for (std::uint32_t i = 0; i < block_size; ++i) {
            if (block.counts[i] == 0) continue;
            fmt::format_to(std::back_inserter(text), " {}:{}", block.index * block_size + i,
                           block.counts[i]);
        }
    }
    return text;
}

Result<Histogram> Histogram::decode(std::string_view text) {
    Histogram histogram;
    if (text.empty()) return histogram;
    const auto fields = split(text, ' ');
    if (fields.size() <= header_fields || fields[0] != "v1") return syntax("no \"v1\" header");
    std::array<std::uint64_t, header_fields> header{};
    for (std::size_t i = 1; i < header_fields; ++i) {
        const auto value = parse_unsigned(fields[i]);
        if (!value) return syntax("a header field is not a number");
        header[i] = *value;
    }
    std::uint64_t total = 0;
    for (std::size_t i = header_fields; i < fields.size(); ++i) {
        const auto colon = fields[i].find(':');
        if (colon == std::string_view::npos) return syntax("a bucket without ':'");
        const auto bucket = parse_unsigned(fields[i].substr(0, colon));
        const auto count = parse_unsigned(fields[i].substr(colon + 1));
        if (!bucket || !count || *bucket >= bucket_limit) return syntax("a bucket out of range");
        histogram.add(static_cast<std::uint32_t>(*bucket), *count);
        total += *count;
    }
    if (header[2] > header[3] || header[3] > static_cast<std::uint64_t>(highest_value)) {
        return syntax("min and max out of range");
    }
    if (total != header[1]) return syntax("the buckets do not add up to the count");
    histogram.count_ = header[1];
    histogram.min_ = static_cast<std::int64_t>(header[2]);
    histogram.max_ = static_cast<std::int64_t>(header[3]);
    histogram.sum_ = header[4];
    histogram.clamped_ = header[5];
    return histogram;
}

}  // namespace janus_harness::metrics
