#include "json/object_reader.h"

#include <doctest/doctest.h>

#include "json/parse.h"

using namespace janus_harness;
using namespace janus_harness::json;
using namespace std::chrono_literals;

namespace {

// A document with the means to read it; errors() gives them in the order they were found.
struct Fixture {
    explicit Fixture(std::string_view text) : document(std::move(parse(text, "f")).value()) {}
    std::string errors() const { return to_string(diagnostics); }

    Document document;
    Diagnostics diagnostics;
    KeyTable keys;
    Reading reading{document.sources, diagnostics, &keys};
};

enum class Colour { red, green };
const Choices<Colour> colours{{"red", Colour::red}, {"green", Colour::green}};

}  // namespace

TEST_CASE("right values are read without a word") {
    Fixture fixture{R"({"s": "x", "b": true, "i": 7, "n": 0.5, "d": "250ms", "e": "green",
                        "l": ["a", "b"], "es": ["red", "green"]})"};
    {
        ObjectReader reader{fixture.reading, fixture.document.root, "thing"};
        CHECK(reader.string("s") == "x");
        CHECK(reader.boolean("b") == true);
        CHECK(reader.integer("i", {1, 7}) == 7);
        CHECK(reader.number("n") == 0.5);
        CHECK(reader.duration("d") == Duration{250ms});
        CHECK(reader.enumeration("e", colours) == Colour::green);
        CHECK(reader.strings("l") == std::vector<std::string>{"a", "b"});
        CHECK(reader.enumerations("es", colours).size() == 2);
        CHECK_FALSE(reader.string("absent"));
    }
    CHECK(fixture.errors().empty());
}

TEST_CASE("an integer is a number, but not the other way round") {
    Fixture fixture{R"({"n": 5, "i": 5.0})"};
    {
        ObjectReader reader{fixture.reading, fixture.document.root, "thing"};
        CHECK(reader.number("n") == 5);
        CHECK_FALSE(reader.integer("i"));
    }
    CHECK(fixture.errors() == "f:1:15: \"i\" must be a whole number, not 5.0");
}

TEST_CASE("wrong values are all reported, each with what is allowed") {
    Fixture fixture{
        "{\"s\": 1,\n\"b\": \"yes\",\n\"i\": 8,\n\"d\": 5,\n\"e\": \"gren\",\n\"l\": [\"a\", 1],\n"
        "\"n\": -1, \"o\": []}"};
    {
        ObjectReader reader{fixture.reading, fixture.document.root, "thing"};
        reader.string("s");
        reader.boolean("b");
        reader.integer("i", {1, 7});
        reader.duration("d");
        reader.enumeration("e", colours);
        reader.strings("l");
        reader.number("n", {0});
        const Value* inner = reader.find("o");
        ObjectReader nested{fixture.reading, *inner, "inner"};
        nested.string("x", Need::required);
    }
    CHECK(fixture.errors() ==
          "f:1:7: \"s\" must be a string, not 1\n"
          "f:2:6: \"b\" must be true or false, not \"yes\"\n"
          "f:3:6: \"i\" is out of range: 8; allowed: 1 to 7\n"
          "f:4:6: \"d\" must be a duration, not 5; allowed: \"250ms\", \"5s\", \"2m\", \"1h\" and "
          "the like\n"
          "f:5:6: \"e\" cannot be \"gren\", did you mean \"green\"?; allowed: \"red\", \"green\"\n"
          "f:6:12: \"l\" must be a string, not 1\n"
          "f:7:6: \"n\" is out of range: -1; allowed: 0 or more\n"
          "f:7:15: inner must be an object, not an array");
}

TEST_CASE("unknown keys are errors that name the known ones") {
    Fixture fixture{"{\"codec\": 1, \"zzz\": 2}"};
    {
        ObjectReader reader{fixture.reading, fixture.document.root, "actor"};
        reader.strings("codecs");
        reader.string("kind", Need::required);
    }
    CHECK(fixture.errors() ==
          "f:1:1: actor has no \"kind\"\n"
          "f:1:2: unknown key \"codec\" in actor, did you mean \"codecs\"?; allowed: \"codecs\", "
          "\"kind\"\n"
          "f:1:14: unknown key \"zzz\" in actor; allowed: \"codecs\", \"kind\"");
}

TEST_CASE("keys are recorded for comparison with a schema, made-up ones are not") {
    Fixture fixture{"{\"web\": \"call\", \"to\": \"x\"}"};
    {
        ObjectReader reader{fixture.reading, fixture.document.root, "step"};
        reader.allow_made_up("web");
        reader.string("to");
    }
    CHECK(fixture.keys["step"] == std::set<std::string>{"to"});
    CHECK(fixture.errors().empty());
}

TEST_CASE("diagnostics never carry control characters to a terminal") {
    const Diagnostic diagnostic{"f", 1, 2, "", "key \"\x1b[31m\n\"", ""};
    CHECK(to_string(diagnostic) == "f:1:2: key \"\\x1b[31m\\x0a\"");
}
