#include "json/value.h"

#include <doctest/doctest.h>

#include "json/parse.h"
#include "json/schema.h"

using namespace janus_harness;
using namespace janus_harness::json;

namespace {

Value value_of(std::string_view text) {
    return std::move(parse(text, "f")).value().root;
}

}  // namespace

TEST_CASE("what is written is what was read") {
    const std::string text = R"({"a":[1,-2,0.1,true,null,"x\"\\\n"],"b":{}})";
    CHECK(write(value_of(text)) == text);
    CHECK(write(value_of("{ \"a\": 1, /* c */ }")) == "{\"a\":1}");
    CHECK(scalar_text(value_of("\"x\"")) == "x");
    CHECK(scalar_text(value_of("10")) == "10");
    CHECK(scalar_text(value_of("false")) == "false");
}

TEST_CASE("a schema is held against a value") {
    const char* schema = R"({"type": "object", "properties": {"rate": {"type": "number"}},
                            "additionalProperties": false})";
    CHECK(validate_against_schema(value_of("{\"rate\": 5}"), schema).ok());
    const auto wrong = validate_against_schema(value_of("{\"rate\": \"x\"}"), schema);
    REQUIRE_FALSE(wrong.ok());
    CHECK(wrong.error().code == "schema_mismatch");
    CHECK(wrong.error().message.find("/rate") != std::string::npos);
    CHECK_FALSE(validate_against_schema(value_of("{\"rte\": 5}"), schema).ok());
    CHECK(validate_against_schema(value_of("{}"), "{").error().code == "schema_invalid");
}
