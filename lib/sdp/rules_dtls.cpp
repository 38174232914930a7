#include <algorithm>
#include <array>

#include "core/text.h"
#include "sdp/field.h"
#include "sdp/rule_context.h"

// Rules on DTLS-SRTP keys and roles (RFC 5763, RFC 8122, RFC 8842).
namespace janus_harness::sdp {
namespace {

struct HashFunction {
    std::string_view name;
    std::size_t bytes;
    bool strong;
};

// RFC 8122 5 with the names of its ABNF.
constexpr std::array hash_functions{
    HashFunction{"sha-1", 20, false},  HashFunction{"sha-224", 28, false},
    HashFunction{"sha-256", 32, true}, HashFunction{"sha-384", 48, true},
    HashFunction{"sha-512", 64, true},
};

const HashFunction* find_hash(std::string_view name) {
    const auto found = std::ranges::find_if(
        hash_functions, [&](const auto& hash) { return iequals(hash.name, name); });
    return found == hash_functions.end() ? nullptr : &*found;
}

// "7A:59:..": `bytes` pairs of upper-case hexadecimal digits.
bool is_hex_pairs(std::string_view value, std::size_t bytes) {
    if (value.size() != bytes * 3 - 1) return false;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const bool colon = i % 3 == 2;
        const bool right =
            colon ? value[i] == ':'
                  : std::string_view("0123456789ABCDEF").find(value[i]) != std::string_view::npos;
        if (!right) return false;
    }
    return true;
}

Outcome check_fingerprint_present(const RuleContext& context) {
    Violations violations;
    for (const CheckedSection& checked : context.active) {
        if (!checked.own_transport || !checked.section.fingerprints().empty()) continue;
        violations.add("a=fingerprint in the section or at the session level",
                       place(checked.media()) + ": none");
    }
    return violations.outcome();
}

Outcome check_fingerprint_syntax(const RuleContext& context) {
    Violations violations;
    for (const RawLine& line : context.lines) {
        constexpr std::string_view start = "a=fingerprint:";
        if (!line.text.starts_with(start)) continue;
        std::string_view value = line.text.substr(start.size());
        const HashFunction* hash = find_hash(take_field(value));
        if (hash != nullptr && is_hex_pairs(value, hash->bytes)) continue;
        violations.add("<hash> and as many upper-case hex pairs as it has bytes",
                       fmt::format("line {}: '{}'", line.number, line.text.substr(0, 80)));
    }
    return violations.outcome();
}

Outcome check_fingerprint_strength(const RuleContext& context) {
    Violations violations;
    for (const CheckedSection& checked : context.active) {
        const auto fingerprints = checked.section.fingerprints();
        const bool strong = std::ranges::any_of(fingerprints, [](const Fingerprint& fingerprint) {
            const HashFunction* hash = find_hash(fingerprint.hash);
            return hash != nullptr && hash->strong;
        });
        if (strong || fingerprints.empty()) continue;
        violations.add("a fingerprint of SHA-256 or stronger",
                       fmt::format("{}: {}", place(checked.media()), fingerprints.front().hash));
    }
    return violations.outcome();
}

std::string shown(std::optional<std::string_view> setup) {
    return setup ? fmt::format("a=setup:{}", *setup) : "no a=setup";
}

// As written: an unknown value is not the same as none.
std::optional<std::string_view> written_setup(const MediaSection& section) {
    const auto own = section.description().attribute("setup");
    return own ? own : section.session().attribute("setup");
}

Outcome check_setup_answer(const RuleContext& context) {
    Violations violations;
    for (const CheckedSection& checked : context.active) {
        const auto setup = checked.section.setup();
        if (!checked.own_transport || setup == Setup::active || setup == Setup::passive) continue;
        violations.add(
            "a=setup:active or a=setup:passive",
            fmt::format("{}: {}", place(checked.media()), shown(written_setup(checked.section))));
    }
    return violations.outcome();
}

Outcome check_setup_consistent(const RuleContext& context) {
    Violations violations;
    for (const CheckedSection& checked : context.active) {
        if (!checked.offered) continue;
        const auto offered = checked.offered->setup();
        const auto answered = checked.section.setup();
        const bool clash = answered && offered == answered && offered != Setup::actpass &&
                           offered != Setup::holdconn;
        if (!clash) continue;
        violations.add(offered == Setup::active ? "a=setup:passive" : "a=setup:active",
                       fmt::format("{}: a=setup:{}", place(checked.media()), to_string(*answered)));
    }
    return violations.outcome();
}

Outcome check_setup_active(const RuleContext& context) {
    Violations violations;
    for (const CheckedSection& checked : context.active) {
        const bool free_choice = checked.offered && checked.offered->setup() == Setup::actpass;
        if (!free_choice || checked.section.setup() != Setup::passive) continue;
        violations.add("a=setup:active", place(checked.media()) + ": a=setup:passive");
    }
    return violations.outcome();
}

Outcome check_setup_actpass(const RuleContext& context) {
    Violations violations;
    for (const CheckedSection& checked : context.active) {
        if (!checked.own_transport || checked.section.setup() == Setup::actpass) continue;
        violations.add("a=setup:actpass", fmt::format("{}: {}", place(checked.media()),
                                                      shown(written_setup(checked.section))));
    }
    return violations.outcome();
}

Outcome check_no_crypto(const RuleContext& context) {
    Violations violations;
    for (const MediaDescription& media : context.description->media) {
        if (media.has_attribute("crypto")) violations.add("no a=crypto", place(media));
    }
    return violations.outcome();
}

std::optional<std::string_view> transport_attribute(const MediaSection& section,
                                                    std::string_view name) {
    const auto own = section.description().attribute(name);
    return own ? own : section.session().attribute(name);
}

Outcome check_tls_id_offered(const RuleContext& context) {
    Violations violations;
    for (const CheckedSection& checked : context.active) {
        if (!checked.offered || !transport_attribute(checked.section, "tls-id")) continue;
        if (transport_attribute(*checked.offered, "tls-id")) continue;
        violations.add("no a=tls-id, as offered", place(checked.media()) + ": a=tls-id");
    }
    return violations.outcome();
}

constexpr std::array rules{
    RuleCheck{"fingerprint_present", "Each accepted section has a fingerprint.",
              "RFC 8842 5.1; RFC 5763 5", Level::must, Applies::to_both, true,
              check_fingerprint_present},
    RuleCheck{"fingerprint_syntax",
              "A fingerprint is a known hash and its bytes in upper-case hexadecimal.",
              "RFC 8122 5", Level::must, Applies::to_both, false, check_fingerprint_syntax},
    RuleCheck{"fingerprint_strength", "A fingerprint is of SHA-256 or stronger.", "RFC 8122 5.1",
              Level::must, Applies::to_both, true, check_fingerprint_strength},
    RuleCheck{"setup_answer", "setup is answered with active or passive.",
              "RFC 8842 5.3; RFC 5763 5", Level::must, Applies::to_answers, true,
              check_setup_answer},
    RuleCheck{"setup_consistent", "active is answered with passive, and passive with active.",
              "RFC 4145 4.1; RFC 8842 5.3", Level::must, Applies::to_answers, true,
              check_setup_consistent},
    RuleCheck{"setup_active", "actpass is answered with active, which saves a round trip.",
              "RFC 5763 5; RFC 8829 5.3.1", Level::should, Applies::to_answers, true,
              check_setup_active},
    RuleCheck{"setup_actpass", "setup is offered as actpass.", "RFC 8842 5.2; RFC 8829 5.2.1",
              Level::must, Applies::to_offers, true, check_setup_actpass},
    RuleCheck{"no_crypto", "No SDES key stands beside the fingerprint.", "RFC 8827 6.5",
              Level::must, Applies::to_both, true, check_no_crypto},
    RuleCheck{"tls_id_offered", "tls-id is answered only if it was offered.", "RFC 8842 5.3",
              Level::must, Applies::to_answers, true, check_tls_id_offered},
};

}  // namespace

std::span<const RuleCheck> dtls_rules() {
    return rules;
}

}  // namespace janus_harness::sdp
