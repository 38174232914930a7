#include <array>

#include "reports/result.h"

namespace janus_harness::reports {
namespace {

using namespace std::string_view_literals;

constexpr std::array verdict_names{"passed"sv, "failed"sv, "invalid"sv, "error"sv};
constexpr std::array check_verdict_names{"passed"sv, "failed"sv, "warned"sv, "skipped"sv};
constexpr std::array identity_names{"unknown"sv, "proven"sv, "silence"sv, "other_stream"sv,
                                    "noise"sv};
static_assert(identity_names.size() == identity_count);

template <typename Enum, std::size_t N>
std::optional<Enum> find(const std::array<std::string_view, N>& names, std::string_view name) {
    for (std::size_t i = 0; i < N; ++i) {
        if (names[i] == name) return static_cast<Enum>(i);
    }
    return std::nullopt;
}

}  // namespace

std::string_view name(Verdict verdict) {
    return verdict_names[static_cast<std::size_t>(verdict)];
}
std::string_view name(CheckVerdict verdict) {
    return check_verdict_names[static_cast<std::size_t>(verdict)];
}
std::string_view name(Identity identity) {
    return identity_names[static_cast<std::size_t>(identity)];
}

std::optional<Verdict> parse_verdict(std::string_view name) {
    return find<Verdict>(verdict_names, name);
}
std::optional<CheckVerdict> parse_check_verdict(std::string_view name) {
    return find<CheckVerdict>(check_verdict_names, name);
}
std::optional<Identity> parse_identity(std::string_view name) {
    return find<Identity>(identity_names, name);
}

}  // namespace janus_harness::reports
