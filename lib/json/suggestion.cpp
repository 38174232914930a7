#include "json/suggestion.h"

#include <algorithm>

#include "core/text.h"

namespace janus_harness::json {
namespace {

// Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours.
std::size_t edit_distance(std::string_view left, std::string_view right) {
    const std::size_t width = right.size() + 1;
    std::vector<std::size_t> cost((left.size() + 1) * width);
    const auto at = [&](std::size_t row, std::size_t column) -> std::size_t& {
        return cost[row * width + column];
    };
    for (std::size_t row = 0; row <= left.size(); ++row) at(row, 0) = row;
    for (std::size_t column = 0; column <= right.size(); ++column) at(0, column) = column;
    for (std::size_t row = 1; row <= left.size(); ++row) {
        for (std::size_t column = 1; column <= right.size(); ++column) {
            const std::size_t substitution = left[row - 1] == right[column - 1] ? 0 : 1;
            at(row, column) = std::min({at(row - 1, column) + 1, at(row, column - 1) + 1,
                                        at(row - 1, column - 1) + substitution});
            const bool swapped = row > 1 && column > 1 && left[row - 1] == right[column - 2] &&
                                 left[row - 2] == right[column - 1];
            if (swapped) at(row, column) = std::min(at(row, column), at(row - 2, column - 2) + 1);
        }
    }
    return at(left.size(), right.size());
}

}  // namespace

std::optional<std::string> nearest(std::string_view written,
                                   std::span<const std::string> candidates) {
    // Names longer than this are no typing errors, and the distance is quadratic in the length.
    constexpr std::size_t longest_name = 80;
    if (written.empty() || written.size() > longest_name) return std::nullopt;
    const std::string lowered = to_lower(written);
    std::optional<std::string> best;
    std::size_t best_distance = std::max<std::size_t>(1, written.size() / 3) + 1;
    for (const std::string& candidate : candidates) {
        if (candidate.size() > longest_name) continue;
        const std::size_t distance = edit_distance(lowered, to_lower(candidate));
        if (distance >= best_distance || distance >= candidate.size()) continue;
        best = candidate;
        best_distance = distance;
    }
    return best;
}

std::string did_you_mean(std::string_view written, std::span<const std::string> candidates) {
    const auto candidate = nearest(written, candidates);
    return candidate ? ", did you mean \"" + *candidate + "\"?" : std::string{};
}

std::string quoted_list(std::span<const std::string> names) {
    std::string list;
    for (const std::string& name : names) {
        if (!list.empty()) list += ", ";
        list += '"' + name + '"';
    }
    return list;
}

}  // namespace janus_harness::json
