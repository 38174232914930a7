#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/time.h"

namespace janus_harness::run {

// Why a call or an iteration failed: `reason` is the slug it is counted under
// (scenario::failure_reasons()), `text` one sentence for people.
struct Failure {
    std::string reason;
    std::string text;
};

// What an actor tells the scenario: an event of the SIP plugin, of Janus's core, of the
// PeerConnection or of the SIP far end.
struct ActorEvent {
    TimePoint at;           // when the bytes that caused it were received
    std::size_t actor = 0;  // index into Scenario::actors
    std::string name;       // "accepted"
    std::vector<std::pair<std::string, std::string>> fields;
    // What it means to a step that does not expect it; absent for events that end nothing.
    std::optional<Failure> failure;
    // The actor can do nothing more (its session or connection is gone): the iteration ends even
    // when no step waits for this actor.
    bool fatal = false;

    // The empty text when there is no such field.
    std::string_view field(std::string_view key) const {
        for (const auto& [name_of_field, value] : fields) {
            if (name_of_field == key) return value;
        }
        return {};
    }
};

}  // namespace janus_harness::run
