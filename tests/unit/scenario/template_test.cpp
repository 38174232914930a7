#include "harness/scenario/template.h"

#include <doctest/doctest.h>

using namespace janus_harness::scenario;

namespace {

Template parsed(std::string_view text) {
    return parse_template(text).value();
}

}  // namespace

TEST_CASE("a template is split into literals and references") {
    const Template source = parsed("sip:web-${client}-${iteration}@${domain}");
    REQUIRE(source.parts.size() == 6);
    CHECK(source.parts[0].text == "sip:web-");
    CHECK(source.parts[1].kind == TemplatePart::Kind::client);
    CHECK(source.parts[3].kind == TemplatePart::Kind::iteration);
    CHECK(source.parts[5].kind == TemplatePart::Kind::domain);
    CHECK(parsed("${phone.uri}").parts[0].kind == TemplatePart::Kind::actor_uri);
    CHECK(parsed("${call_id}").parts[0].kind == TemplatePart::Kind::capture);
    CHECK(parsed("").empty());
    CHECK(parsed("a $ b } {").is_literal());
}

TEST_CASE("a doubled dollar is no reference") {
    const Template source = parsed("$${client} ${client}");
    TemplateValues values;
    values.client = 3;
    CHECK(expand(source, values).value() == "${client} 3");
    CHECK(to_source(source) == "$${client} ${client}");
}

TEST_CASE("what is no reference is an error") {
    for (const char* text : {"${", "${}", "${a b}", "${a", "${a.b}", "${.uri}", "${a.uri.uri}"})
        CHECK_MESSAGE(parse_template(text).ok() == false, text);
}

TEST_CASE("references take the values of the iteration") {
    Template source = parsed("${a.uri} ${id} ${client}/${iteration}@${domain}");
    source.parts[0].index = 1;
    source.parts[2].index = 4;
    TemplateValues values;
    values.client = 7;
    values.iteration = 9;
    values.domain = "example.org";
    values.actor_uri = [](std::size_t actor) { return "sip:" + std::to_string(actor); };
    values.capture = [](std::size_t slot) { return "c" + std::to_string(slot); };
    CHECK(expand(source, values).value() == "sip:1 c4 7/9@example.org");
}

TEST_CASE("a reference without a value is an error, not an empty text") {
    TemplateValues values;
    values.capture = [](std::size_t) { return std::nullopt; };
    CHECK(expand(parsed("${id}"), values).error().code == "capture_unset");
    CHECK(expand(parsed("${phone.uri}"), {}).error().code == "capture_unset");
    CHECK(expand(parsed("${domain}"), {}).error().code == "capture_unset");
}
