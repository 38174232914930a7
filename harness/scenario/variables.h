#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "json/object_reader.h"
#include "json/value.h"

namespace janus_harness::scenario {

struct Variable {
    std::string name;
    json::Value value;  // a scalar
};

// Reads the section `variables`. A variable may use the ones before it.
std::vector<Variable> read_variables(json::Reading& reading, const json::Value& root);

// Replaces every "${name}" of a declared variable in the whole document but its `variables`: a
// string that is nothing else takes the variable's value and type, else its text is inserted.
// References that nothing declares are errors. Returns where those stand, as (line, column), so
// that what follows from them need not be told.
std::set<std::pair<std::size_t, std::size_t>> substitute_variables(
    json::Reading& reading, json::Value& root, const std::vector<Variable>& variables);

}  // namespace janus_harness::scenario
