#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "json/diagnostic.h"

namespace janus_harness::scenario {

// One part of a Template: literal text, or a reference that only a running iteration can resolve.
struct TemplatePart {
    enum class Kind {
        literal,    // text
        client,     // ${client}: the number of the client, from 0
        iteration,  // ${iteration}: the number of the iteration, from 0, over all clients
        domain,  // ${domain}: the host part of the browsers' addresses, for SIP URIs of one's own
        actor_uri,  // ${phone.uri}: `index` is that of the actor
        capture,    // ${call_id}: `index` is that of the capture (Scenario::captures)
    };
    Kind kind = Kind::literal;
    std::string text;       // the literal, or the name as written between the braces
    std::size_t index = 0;  // of actor_uri and capture; set by compile()
};

// A text in which the scenario's own variables are already filled in and run-time references are
// left. "$${" stands for a literal "${".
struct Template {
    std::vector<TemplatePart> parts;
    json::Location location;

    bool empty() const { return parts.empty(); }
    bool is_literal() const;
};

// Splits "web-${client}". Errors: template_syntax ("${" without "}", an empty or impossible name).
// Names: letters, digits, "_", "-"; one "." only in "<actor>.uri".
Result<Template> parse_template(std::string_view text);

// The text that parse_template() reads as this template.
std::string to_source(const Template& source);

// What a running iteration knows.
struct TemplateValues {
    std::size_t client = 0;
    std::size_t iteration = 0;
    std::string domain;  // empty: not known
    // Both give std::nullopt for what does not exist yet.
    std::function<std::optional<std::string>(std::size_t actor)> actor_uri;
    std::function<std::optional<std::string>(std::size_t capture)> capture;
};

// The text with all references replaced. Error: capture_unset (a capture whose event has not come,
// an actor without an address).
Result<std::string> expand(const Template& source, const TemplateValues& values);

}  // namespace janus_harness::scenario
