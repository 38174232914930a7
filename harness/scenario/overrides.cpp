#include "harness/scenario/overrides.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "harness/scenario/read_scenario.h"
#include "json/parse.h"
#include "json/suggestion.h"

namespace janus_harness::scenario {
namespace {

using json::Kind;
using json::Value;

class OverrideWriter {
  public:
    OverrideWriter(json::Document& document, const Override& option, json::Diagnostics& diagnostics)
        : document_(document), option_(option), diagnostics_(diagnostics) {
        document_.sources.push_back(fmt::format("--set {}={}", option.name, option.value));
    }

    void apply() {
        if (document_.root.kind != Kind::object) return;  // an error of its own
        if (Value* variables = document_.root.find("variables"))
            if (Value* variable = variables->find(option_.name)) return set_variable(*variable);
        const auto path = split(option_.name, '.');
        if (path.size() == 1 && !is_top_level(option_.name)) return report_unknown();
        if (Value* target = walk(path)) replace(*target, json::parse_scalar(option_.value));
    }

  private:
    bool is_top_level(const std::string& name) const {
        const auto& keys = top_level_keys();
        return std::find(keys.begin(), keys.end(), name) != keys.end();
    }

    void error(std::string message, std::string allowed = {}) {
        diagnostics_.push_back(
            {document_.sources.back(), 0, 0, "", std::move(message), std::move(allowed)});
    }

    void report_unknown() {
        std::vector<std::string> names;
        if (const Value* variables = document_.root.find("variables"))
            for (const json::Member& member : variables->members) names.push_back(member.name);
        const auto& keys = top_level_keys();
        names.insert(names.end(), keys.begin(), keys.end());
        error(fmt::format("\"{}\" is neither a variable of this scenario nor a path into it{}",
                          option_.name, json::did_you_mean(option_.name, names)),
              json::quoted_list(names));
    }

    void set_variable(Value& variable) {
        // A string stays one, whatever the option looks like: talk=10 is the text "10".
        Value value = variable.kind == Kind::string ? json::make_string(option_.value)
                                                    : json::parse_scalar(option_.value);
        const bool same_kind =
            value.kind == variable.kind || (value.is_number() && variable.is_number());
        if (!same_kind)
            return error(
                fmt::format("variable \"{}\" is {}", option_.name, json::describe(variable.kind)));
        replace(variable, std::move(value));
    }

    void replace(Value& target, Value value) {
        value.location = {position(), target.location.pointer};
        target = std::move(value);
    }

    json::Position position() const { return {0, 0, document_.sources.size() - 1}; }

    Value* walk(const std::vector<std::string_view>& path) {
        Value* value = &document_.root;
        for (const std::string_view name : path) {
            value = value->kind == Kind::array ? element(*value, name) : member(*value, name);
            if (value == nullptr) return nullptr;
        }
        return value;
    }

    Value* element(Value& array, std::string_view name) {
        const auto index = parse_unsigned(name);
        if (index && *index < array.elements.size()) return &array.elements[*index];
        error(fmt::format("\"{}\" is no element of \"{}\", which has {}", name,
                          array.location.pointer, array.elements.size()),
              "a number from 0");
        return nullptr;
    }

    // The member, made if it is not there: the checks that follow tell whether it may be.
    Value* member(Value& object, std::string_view name) {
        if (name.empty()) {
            error("the path has an empty part");
            return nullptr;
        }
        if (object.kind == Kind::null && object.location.position.source != 0)
            object.kind = Kind::object;
        if (object.kind != Kind::object) {
            error(fmt::format("\"{}\" is {}, so it has no \"{}\"", object.location.pointer,
                              json::describe(object.kind), name));
            return nullptr;
        }
        if (Value* found = object.find(name)) return found;
        const json::Location location{position(),
                                      json::append_pointer(object.location.pointer, name)};
        Value made;
        made.location = location;
        object.members.push_back({std::string{name}, location, std::move(made)});
        return &object.members.back().value;
    }

    json::Document& document_;
    const Override& option_;
    json::Diagnostics& diagnostics_;
};

}  // namespace

Result<Override> parse_override(std::string_view text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0)
        return Error{"override_syntax",
                     fmt::format("--set {}: must be name=value, such as load.rate=10", text)};
    return Override{std::string{trim(text.substr(0, equals))},
                    std::string{text.substr(equals + 1)}};
}

void apply_overrides(json::Document& document, const std::vector<Override>& overrides,
                     json::Diagnostics& diagnostics) {
    for (const Override& option : overrides) OverrideWriter{document, option, diagnostics}.apply();
}

}  // namespace janus_harness::scenario
