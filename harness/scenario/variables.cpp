#include "harness/scenario/variables.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/scenario/template.h"
#include "json/suggestion.h"

namespace janus_harness::scenario {
namespace {

using json::Kind;
using json::Value;
using Place = std::pair<std::size_t, std::size_t>;

const Variable* find_variable(const std::vector<Variable>& variables, const std::string& name) {
    const auto found =
        std::find_if(variables.begin(), variables.end(),
                     [&](const Variable& variable) { return variable.name == name; });
    return found == variables.end() ? nullptr : &*found;
}

// The names that `capture` objects anywhere below declare.
void collect_captures(const Value& value, std::vector<std::string>& names) {
    for (const Value& element : value.elements) collect_captures(element, names);
    for (const json::Member& member : value.members) {
        if (member.name == "capture")
            for (const json::Member& capture : member.value.members) names.push_back(capture.name);
        collect_captures(member.value, names);
    }
}

std::vector<std::string> known_references(const Value& root,
                                          const std::vector<Variable>& variables) {
    std::vector<std::string> names;
    for (const Variable& variable : variables) names.push_back(variable.name);
    if (const Value* actors = root.find("actors"))
        for (const json::Member& actor : actors->members) names.push_back(actor.name + ".uri");
    names.emplace_back("client");
    names.emplace_back("iteration");
    names.emplace_back("domain");
    for (const char* section : {"setup", "steps", "teardown"})
        if (const Value* steps = root.find(section)) collect_captures(*steps, names);
    return names;
}

class Substitution {
  public:
    Substitution(json::Reading& reading, const Value& root, const std::vector<Variable>& variables)
        : reading_(reading),
          variables_(variables),
          known_(known_references(root, variables)),
          has_actors_(root.find("actors") != nullptr) {}

    void apply(Value& value, bool run_time_allowed) {
        for (Value& element : value.elements) apply(element, run_time_allowed);
        for (json::Member& member : value.members) apply(member.value, run_time_allowed);
        if (value.kind == Kind::string) apply_to_text(value, run_time_allowed);
    }

    std::set<Place> take_bad_places() { return std::move(bad_places_); }

  private:
    void apply_to_text(Value& value, bool run_time_allowed) {
        if (value.string.find("${") == std::string::npos) return;
        const auto parsed = parse_template(value.string);
        if (!parsed) return report(value, parsed.error().message, "");
        const auto& parts = parsed->parts;
        if (parts.size() == 1 && find_variable(variables_, parts.front().text) != nullptr &&
            parts.front().kind != TemplatePart::Kind::literal) {
            replace_whole(value, *find_variable(variables_, parts.front().text));
            return;
        }
        insert_texts(value, parts, run_time_allowed);
    }

    void replace_whole(Value& value, const Variable& variable) {
        json::Location location = value.location;
        // What an option gave is wrong in the option, not in the line that uses it.
        if (variable.value.location.position.source != 0)
            location.position = variable.value.location.position;
        value = variable.value;
        value.location = std::move(location);
    }

    void insert_texts(Value& value, const std::vector<TemplatePart>& parts, bool run_time_allowed) {
        std::string text;
        for (const TemplatePart& part : parts) {
            const bool literal = part.kind == TemplatePart::Kind::literal;
            const Variable* variable = literal ? nullptr : find_variable(variables_, part.text);
            if (!literal && variable == nullptr && !check(value, part, run_time_allowed)) return;
            text +=
                variable != nullptr ? json::scalar_text(variable->value) : to_source({{part}, {}});
        }
        value.string = std::move(text);
    }

    bool check(const Value& value, const TemplatePart& part, bool run_time_allowed) {
        // Without actors, whose lack is told elsewhere, nobody knows which addresses there are.
        const bool known = std::find(known_.begin(), known_.end(), part.text) != known_.end() ||
                           (!has_actors_ && part.kind == TemplatePart::Kind::actor_uri);
        if (known && run_time_allowed) return true;
        if (known)
            report(value,
                   fmt::format("${{{}}} is known only while the scenario runs, so it cannot stand "
                               "outside of actors and steps",
                               part.text),
                   "");
        else
            report(value,
                   fmt::format("unknown variable \"{}\"{}", part.text,
                               json::did_you_mean(part.text, known_)),
                   json::quoted_list(known_));
        return false;
    }

    void report(const Value& value, std::string message, std::string allowed) {
        bad_places_.emplace(value.location.position.line, value.location.position.column);
        reading_.error(value.location, std::move(message), std::move(allowed));
    }

    json::Reading& reading_;
    const std::vector<Variable>& variables_;
    std::vector<std::string> known_;
    bool has_actors_;
    std::set<Place> bad_places_;
};

bool is_scalar(const Value& value) {
    return value.kind == Kind::string || value.kind == Kind::boolean || value.is_number();
}

bool check_name(json::Reading& reading, const json::Member& member) {
    const auto parsed = parse_template("${" + member.name + "}");
    const bool usable = parsed.ok() && parsed->parts.size() == 1 &&
                        parsed->parts.front().kind == TemplatePart::Kind::capture;
    if (!usable)
        reading.error(
            member.location, fmt::format("\"{}\" cannot be the name of a variable", member.name),
            "letters, digits, \"_\" and \"-\", but not \"client\", \"iteration\" or \"domain\"");
    return usable;
}

// The section itself is checked when the other sections are.
bool is_section(std::string_view name) {
    return name == "actors" || name == "setup" || name == "steps" || name == "teardown";
}

}  // namespace

std::vector<Variable> read_variables(json::Reading& reading, const Value& root) {
    std::vector<Variable> variables;
    const Value* section = root.find("variables");
    if (section == nullptr) return variables;
    if (section->kind != Kind::object)
        reading.error(section->location, fmt::format("\"variables\" must be an object, not {}",
                                                     json::describe(section->kind)));
    for (const json::Member& member : section->members) {
        if (!check_name(reading, member)) continue;
        Variable variable{member.name, member.value};
        if (!is_scalar(member.value)) {
            reading.error(member.value.location,
                          fmt::format("variable \"{}\" must be a string, a number, true or false, "
                                      "not {}",
                                      member.name, json::describe(member.value.kind)));
            variable.value = json::make_string("");
        }
        Substitution{reading, root, variables}.apply(variable.value, true);
        variables.push_back(std::move(variable));
    }
    return variables;
}

std::set<Place> substitute_variables(json::Reading& reading, Value& root,
                                     const std::vector<Variable>& variables) {
    Substitution substitution{reading, root, variables};
    for (json::Member& member : root.members)
        if (member.name != "variables") substitution.apply(member.value, is_section(member.name));
    return substitution.take_bad_places();
}

}  // namespace janus_harness::scenario
