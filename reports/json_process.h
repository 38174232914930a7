#pragma once

#include <optional>
#include <vector>

#include "reports/json_node.h"
#include "reports/json_writer.h"
#include "reports/result.h"

namespace janus_harness::reports {

// The members "janus_process" (null where nothing is known of it) and "findings" of result.json.
void write_janus_process(JsonWriter& json, const std::optional<ProcessUsage>& usage);
void write_findings(JsonWriter& json, const std::vector<Finding>& findings);
std::optional<ProcessUsage> read_janus_process(Node node);

}  // namespace janus_harness::reports
