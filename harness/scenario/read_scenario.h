#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/scenario/scenario.h"
#include "json/object_reader.h"

namespace janus_harness::scenario {

// The readers of a scenario's parts: JSON in which variables are filled in to structs. They check
// keys, types and ranges and collect all errors; what spans parts is validate()'s.

// Keys a scenario file may have at its top.
const std::vector<std::string>& top_level_keys();

// All sections; steps have no ids, names and resolved references yet (compile()).
Scenario read_scenario(json::Reading& reading, const json::Value& root);

// read_sections.cpp
JanusSettings read_janus(json::Reading& reading, const json::Value& value);
SipSettings read_sip(json::Reading& reading, const json::Value& value);
FarEnd read_far_end(json::Reading& reading, const json::Value& value);
Testbed read_testbed(json::Reading& reading, const json::Value& value);
Media read_media(json::Reading& reading, const json::Value& value);
Impairment read_impairment(json::Reading& reading, const json::Value& value);
Generator read_generator(json::Reading& reading, const json::Value& value);
Probe read_probe(json::Reading& reading, const json::Value& value);

// read_load.cpp
Load read_load(json::Reading& reading, const json::Value& value);

// read_actors.cpp
std::vector<Actor> read_actors(json::Reading& reading, const json::Value& value);

// read_steps.cpp
struct ActorList {
    const std::vector<Actor>& actors;
    std::vector<std::string> declared;  // their names, and those of actors that could not be read

    bool is_declared(std::string_view name) const;
    std::optional<std::size_t> find(std::string_view name) const;
};
// `section` is the key that the array stands under.
std::vector<CompiledStep> read_steps(json::Reading& reading, const json::Value& value,
                                     std::string_view section, const ActorList& actors);

// Keys that a step may have besides its actor's name: no actor can be called so.
const std::vector<std::string>& step_keys();

// What several of them use (read_common.cpp).
std::optional<Template> read_template(json::Reading& reading, const json::Value& value,
                                      const std::string& what);
std::optional<Template> read_template(json::Reading& reading, json::ObjectReader& reader,
                                      std::string_view name,
                                      json::Need need = json::Need::optional);
// An object of header names and values.
Headers read_headers(json::Reading& reading, json::ObjectReader& reader, std::string_view name);
const json::Choices<DtlsSetup>& dtls_choices();
const json::Choices<Codec>& codec_choices();
const json::Choices<Transport>& transport_choices();

}  // namespace janus_harness::scenario
