#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/time.h"
#include "harness/scenario/actors.h"
#include "harness/scenario/template.h"

namespace janus_harness::scenario {

// SRTP on the SIP side of Janus.
enum class SipSrtp { sdes_optional, sdes_mandatory };

// Actions of a browser actor; the Janus requests they stand for are in the manual of the SIP
// plugin. A `register` creates the session and attaches the handle first where no step has done so.
struct Register {
    std::optional<Template> secret;  // instead of the account's own
    Headers headers;                 // besides those of RegisterOptions
    bool refresh = false;
};
struct Unregister {};
struct Call {
    Template to;
    Headers headers;
    std::optional<SipSrtp> srtp;
    std::optional<std::string> srtp_profile;
    std::optional<bool> autoaccept_reinvites;
};
struct Accept {
    Headers headers;
    std::optional<SipSrtp> srtp;
    std::optional<bool> autoaccept_reinvites;
};
struct Decline {
    std::optional<int> code;  // unset: what Janus takes
    Headers headers;
};
struct Hangup {
    Headers headers;
};
// Audio both ways for this time from the moment the media path is up. How long it may take to come
// up is CompiledStep::within.
struct Talk {
    Duration duration{0};
    Audio audio = Audio::tone;
};
struct Create {};
struct Attach {
    std::optional<std::string> plugin;  // unset: BrowserActor::plugin
};
struct Detach {};
struct Destroy {};
struct Info {};  // Janus's server info
struct Keepalive {};

// Actions of a SIP actor.
struct PhoneCall {
    Template to;
    Headers headers;
};
struct PhoneRing {};  // 180 to the INVITE that waits
struct PhoneAnswer {};
struct PhoneReject {
    int code = 486;
    std::string reason;
};
struct PhoneHangup {};  // BYE, or CANCEL before the answer

// Actions of any actor.
struct WaitFor {};  // nothing but its expectations
struct Pause {      // also without an actor
    Duration duration{0};
};

struct CompiledStep;

// All branches start together; the step is over when all are. Without an actor.
struct Parallel {
    std::vector<std::vector<CompiledStep>> branches;  // never empty, no branch empty
};
// The steps `count` (>= 1) times, one after the other. Without an actor.
struct Repeat {
    std::uint64_t count = 1;
    std::vector<CompiledStep> steps;
};

using Action =
    std::variant<Register, Unregister, Call, Accept, Decline, Hangup, Talk, Create, Attach, Detach,
                 Destroy, Info, Keepalive, PhoneCall, PhoneRing, PhoneAnswer, PhoneReject,
                 PhoneHangup, WaitFor, Pause, Parallel, Repeat>;

// A field an expected event must carry. Numbers and booleans compare as text: "486", "true".
struct FieldMatch {
    std::string field;
    Template value;
};

// Expectations of a step may be met in any order; an optional one need not be met.
struct Expectation {
    std::string event;
    bool optional = false;
    std::vector<FieldMatch> fields;
    json::Location location;
};

// When `event` meets its expectation, its `field` becomes capture number `slot`.
struct Capture {
    std::size_t slot = 0;
    std::string name;
    std::string event;
    std::string field;
};

inline constexpr Duration default_within = std::chrono::seconds{10};

struct CompiledStep {
    std::size_t id = 0;    // unique in the scenario, in the order of the file, nested ones included
    std::string name;      // given, or "web call"
    std::string position;  // "outgoing_call.json:17"
    json::Location location;
    std::optional<std::size_t> actor;  // index into Scenario::actors
    Action action;
    std::vector<Expectation> expectations;
    std::vector<Capture> captures;
    Duration within = default_within;  // from the planned start to the last expected event
};

}  // namespace janus_harness::scenario
