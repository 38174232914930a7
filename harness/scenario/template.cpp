#include "harness/scenario/template.h"

#include <fmt/format.h>

#include <algorithm>

namespace janus_harness::scenario {
namespace {

bool is_name(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char character) {
        return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
               (character >= '0' && character <= '9') || character == '_' || character == '-';
    });
}

Result<TemplatePart> parse_reference(std::string_view name) {
    using Kind = TemplatePart::Kind;
    if (name == "client") return TemplatePart{Kind::client, std::string{name}};
    if (name == "iteration") return TemplatePart{Kind::iteration, std::string{name}};
    if (name == "domain") return TemplatePart{Kind::domain, std::string{name}};
    constexpr std::string_view uri = ".uri";
    if (name.ends_with(uri) && is_name(name.substr(0, name.size() - uri.size())))
        return TemplatePart{Kind::actor_uri, std::string{name}};
    if (is_name(name)) return TemplatePart{Kind::capture, std::string{name}};
    return Error{
        "template_syntax",
        fmt::format("\"${{{}}}\" is not a reference: a name has letters, digits, \"_\" and "
                    "\"-\", and only \"<actor>.uri\" has a dot",
                    name)};
}

void append_literal(std::vector<TemplatePart>& parts, std::string_view text) {
    if (text.empty()) return;
    if (parts.empty() || parts.back().kind != TemplatePart::Kind::literal)
        parts.push_back({TemplatePart::Kind::literal, ""});
    parts.back().text += text;
}

std::optional<std::string> value_of(const TemplatePart& part, const TemplateValues& values) {
    switch (part.kind) {
        case TemplatePart::Kind::literal:
            return part.text;
        case TemplatePart::Kind::client:
            return std::to_string(values.client);
        case TemplatePart::Kind::iteration:
            return std::to_string(values.iteration);
        case TemplatePart::Kind::domain:
            if (values.domain.empty()) return std::nullopt;
            return values.domain;
        case TemplatePart::Kind::actor_uri:
            return values.actor_uri ? values.actor_uri(part.index) : std::nullopt;
        case TemplatePart::Kind::capture:
            return values.capture ? values.capture(part.index) : std::nullopt;
    }
    return std::nullopt;
}

}  // namespace

bool Template::is_literal() const {
    return std::all_of(parts.begin(), parts.end(), [](const TemplatePart& part) {
        return part.kind == TemplatePart::Kind::literal;
    });
}

Result<Template> parse_template(std::string_view text) {
    Template result;
    while (!text.empty()) {
        const std::size_t begin = text.find("${");
        if (begin == std::string_view::npos) {
            append_literal(result.parts, text);
            break;
        }
        if (begin > 0 && text[begin - 1] == '$') {  // "$${": the first dollar is the escape
            append_literal(result.parts, text.substr(0, begin - 1));
            append_literal(result.parts, "${");
            text.remove_prefix(begin + 2);
            continue;
        }
        append_literal(result.parts, text.substr(0, begin));
        const std::size_t end = text.find('}', begin);
        if (end == std::string_view::npos)
            return Error{"template_syntax",
                         fmt::format("\"{}\" has no closing \"}}\"", text.substr(begin))};
        auto part = parse_reference(text.substr(begin + 2, end - begin - 2));
        if (!part) return part.error();
        result.parts.push_back(std::move(part).value());
        text.remove_prefix(end + 1);
    }
    return result;
}

std::string to_source(const Template& source) {
    std::string text;
    for (const TemplatePart& part : source.parts) {
        if (part.kind != TemplatePart::Kind::literal) {
            text += "${" + part.text + "}";
            continue;
        }
        for (std::size_t offset = 0; offset < part.text.size(); ++offset) {
            if (part.text.compare(offset, 2, "${") == 0) text += '$';
            text += part.text[offset];
        }
    }
    return text;
}

Result<std::string> expand(const Template& source, const TemplateValues& values) {
    std::string text;
    for (const TemplatePart& part : source.parts) {
        const auto value = value_of(part, values);
        if (!value)
            return Error{"capture_unset", fmt::format("${{{}}} has no value yet", part.text)};
        text += *value;
    }
    return text;
}

}  // namespace janus_harness::scenario
