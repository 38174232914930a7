#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sdp/raw_line.h"
#include "sdp/rules.h"
#include "sdp/session_description.h"

// What the checks of the rules share. Private to the rules_*.cpp files and rules.cpp.
namespace janus_harness::sdp {

// A section that is not rejected, with the offer's section at the same place.
struct CheckedSection {
    MediaSection section;
    std::optional<MediaSection> offered;  // nullopt: the offer has none, or is what we check
    // False for a section of a BUNDLE group other than the tagged one, which has the transport's
    // attributes for all of them (RFC 9143 7.1.3).
    bool own_transport = true;
    std::vector<RtpMap> rtpmaps;
    std::vector<RtpMap> offered_rtpmaps;

    const MediaDescription& media() const { return section.description(); }
};

struct RuleContext {
    std::vector<RawLine> lines;
    std::string parse_error;                          // why `description` is nullptr
    const SessionDescription* description = nullptr;  // the answer, or Janus's own offer
    const SessionDescription* offer = nullptr;        // nullptr when checking an offer
    std::vector<CheckedSection> active;               // of `description`
};

struct Outcome {
    enum class State { held, broken, not_applicable };
    State state = State::held;
    std::string expected;
    std::string actual;
};

inline Outcome not_applicable(std::string why) {
    return {Outcome::State::not_applicable, {}, std::move(why)};
}

// Gathers what is wrong; nothing gathered is a rule that holds.
class Violations {
  public:
    void add(std::string_view expected, std::string_view actual) {
        ++count_;
        if (expected_.empty()) expected_ = expected;
        if (count_ > shown) return;
        if (!actual_.empty()) actual_ += "; ";
        actual_ += actual;
    }
    Outcome outcome() const {
        if (count_ == 0) return {};
        auto actual = actual_;
        if (count_ > shown) actual += fmt::format("; and {} more", count_ - shown);
        return {Outcome::State::broken, expected_, std::move(actual)};
    }

  private:
    static constexpr std::size_t shown = 4;
    std::size_t count_ = 0;
    std::string expected_;
    std::string actual_;
};

enum class Applies { to_answers, to_offers, to_both };

struct RuleCheck {
    std::string_view name;  // "mid_echoed": the end of the rule's id
    std::string_view requirement;
    std::string_view reference;
    Level level;
    Applies applies;
    bool needs_parsed;  // false: works on the raw lines
    Outcome (*check)(const RuleContext&);
};

std::span<const RuleCheck> syntax_rules();
std::span<const RuleCheck> media_rules();
std::span<const RuleCheck> stream_rules();
std::span<const RuleCheck> codec_rules();
std::span<const RuleCheck> extension_rules();
std::span<const RuleCheck> bundle_rules();
std::span<const RuleCheck> ice_rules();
std::span<const RuleCheck> dtls_rules();

// "line 7 (m=audio)": how a finding names a section.
inline std::string place(const MediaDescription& media) {
    return fmt::format("line {} (m={})", media.line, media.media);
}

}  // namespace janus_harness::sdp
