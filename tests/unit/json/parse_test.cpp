#include "json/parse.h"

#include <doctest/doctest.h>

#include <string>

using namespace janus_harness;
using namespace janus_harness::json;
using namespace std::string_literals;

namespace {

std::string errors_of(std::string_view text) {
    Diagnostics diagnostics;
    (void)parse(text, "f", diagnostics);
    return to_string(diagnostics);
}

Document parsed(std::string_view text) {
    auto document = parse(text, "f");
    REQUIRE_MESSAGE(document.ok(), (document.ok() ? "" : document.error().message));
    return std::move(document).value();
}

void check_place(const Value* value, std::size_t line, std::size_t column, const char* pointer) {
    REQUIRE(value != nullptr);
    CHECK(value->location.position.line == line);
    CHECK(value->location.position.column == column);
    CHECK(value->location.pointer == pointer);
}

}  // namespace

TEST_CASE("comments and trailing commas are part of the language") {
    const auto document = parsed(R"(// one
{ /* two */ "a" /* three */ : /* four */ [1, /* five, ] */ 2,], // six
  "b": {"c": null,},
} // seven)");
    const Value* a = document.root.find("a");
    REQUIRE(a != nullptr);
    CHECK(a->elements.size() == 2);
    CHECK(document.root.members.size() == 2);
}

TEST_CASE("every value knows line, column and pointer") {
    const auto document = parsed(
        "{\n  \"a/b\": [true, // x\n    \"\xC3\xA9\xC3\xA9\", -1.5e1],\n"
        "\t\"\xE2\x82\xAC\": {\"~\": {}}}");
    check_place(&document.root, 1, 1, "");
    const Value* array = document.root.find("a/b");
    check_place(array, 2, 10, "/a~1b");
    check_place(&array->elements[0], 2, 11, "/a~1b/0");
    check_place(&array->elements[1], 3, 5, "/a~1b/1");
    // Columns count characters: "éé" is four, not six.
    check_place(&array->elements[2], 3, 11, "/a~1b/2");
    const Value* euro = document.root.find("\xE2\x82\xAC");
    check_place(euro, 4, 7, "/\xE2\x82\xAC");
    check_place(euro->find("~"), 4, 13, "/\xE2\x82\xAC/~0");
    CHECK(document.root.members[0].location.position.column == 3);
}

TEST_CASE("numbers keep their kind") {
    const auto document = parsed("[1, -9223372036854775808, 9223372036854775808, 1.0, 0.1, 1e2]");
    const auto& elements = document.root.elements;
    CHECK(elements[0].kind == Kind::integer);
    CHECK(elements[1].integer == INT64_MIN);
    CHECK(elements[2].kind == Kind::number);
    CHECK(elements[3].kind == Kind::number);
    CHECK(elements[4].number == 0.1);
    CHECK(elements[5].number == 100);
}

TEST_CASE("syntax errors say where and what") {
    CHECK(errors_of("") == "f:1:1: the file holds no JSON value");
    CHECK(errors_of("// only\n") == "f:2:1: the file holds no JSON value");
    CHECK(errors_of("{\"a\": 1 \"b\": 2}") == "f:1:9: \",\" or \"}\" must stand here; found '\"'");
    CHECK(errors_of("[1 2]") == "f:1:4: \",\" or \"]\" must stand here; found \"2\"");
    CHECK(errors_of("{a: 1}") ==
          "f:1:2: a key in double quotes or \"}\" must stand here; found \"a\"");
    CHECK(errors_of("{\"a\" 1}") == "f:1:6: \":\" must follow the key; found \"1\"");
    CHECK(errors_of("{} x") == "f:1:4: nothing may follow the value of the file; found \"x\"");
    CHECK(errors_of("{\"a\": 1e999}") == "f:1:7: the number is too big");
    CHECK(errors_of("[1,,2]").starts_with("f:1:4: a value must stand here"));
    CHECK(errors_of("{\"a\": 'x'}").starts_with("f:1:7: a value must stand here"));
    CHECK(errors_of("[\n1,\n").starts_with("f:3:1: a value must stand here"));
    CHECK(errors_of("{\"a\": [1}").starts_with("f:1:9: \",\" or \"]\" must stand here"));
}

TEST_CASE("what has no end is shown where it begins") {
    CHECK(errors_of("{\n  \"a\": \"x,\n  \"b\": 1\n}") ==
          "f:2:8: the string that begins here has no closing quote on its line");
    CHECK(errors_of("{\n  \"a\": \"x") ==
          "f:2:8: the string that begins here has no closing quote");
    CHECK(errors_of("{\n  \"a") == "f:2:3: the string that begins here has no closing quote");
    CHECK(errors_of("{ /* x */\n  /* y\n}") ==
          "f:2:3: the comment that begins here has no end (\"*/\")");
    CHECK(errors_of("/* x") == "f:1:1: the comment that begins here has no end (\"*/\")");
    CHECK(errors_of("/*/") == "f:1:1: the comment that begins here has no end (\"*/\")");
    CHECK(errors_of("{\"a\": 1, / }") == "f:1:10: a comment begins with \"//\" or \"/*\"");
}

TEST_CASE("bad bytes have a place too") {
    CHECK(errors_of("{\n\"\xC3\xA9\xFF\": 1}") == "f:2:3: byte 0xff is not valid UTF-8 here");
    CHECK(errors_of("// \xC0\xAF\n{}") == "f:1:4: byte 0xc0 is not valid UTF-8 here");
    CHECK(errors_of("[\"\xED\xA0\x80\"]") == "f:1:3: byte 0xed is not valid UTF-8 here");
    CHECK(errors_of("{}\0{}"s) == "f:1:3: a NUL byte cannot stand in JSON");
    CHECK(errors_of("\xFF\xFE{\0}\0"s) == "f:1:1: the file is UTF-16; save it as UTF-8");
    CHECK(errors_of("[\"\\ud800\"]") == "f:1:3: \\u names half of a surrogate pair");
    CHECK(errors_of("[\"\\udc00\"]") ==
          "f:1:2: a \\u escape in this string names half of a surrogate pair");
    CHECK(errors_of("[\"\\u12G4\"]") == "f:1:3: \\u must be followed by four hexadecimal digits");
    CHECK(errors_of("[\"a\\q\"]").starts_with("f:1:4: unknown escape in a string"));
    CHECK(errors_of("[\"a\tb\"]").starts_with("f:1:4: a control character in a string"));
}

TEST_CASE("a UTF-8 byte order mark is skipped") {
    const auto document = parsed("\xEF\xBB\xBF{\"a\": 1}");
    check_place(&document.root, 1, 1, "");
    check_place(document.root.find("a"), 1, 7, "/a");
}

TEST_CASE("duplicate keys are all told, and the first one counts") {
    Diagnostics diagnostics;
    const auto document =
        parse("{\"a\": 1,\n\"a\": {\"b\": {\"c\": 1}, \"b\": {\"c\": 2, \"c\": 3}},\n\"d\": 2}",
              "f", diagnostics);
    REQUIRE(document);
    CHECK(document->root.members.size() == 2);
    CHECK(document->root.find("a")->integer == 1);
    CHECK(document->root.find("d")->integer == 2);
    REQUIRE(diagnostics.size() == 3);
    CHECK(to_string(diagnostics[0]) == "f:2:1: duplicate key \"a\", first given in line 1");
    CHECK_FALSE(parse("{\"a\": 1, \"a\": 2}", "f").ok());
}

TEST_CASE("nesting has a limit") {
    CHECK(errors_of(std::string(64, '[') + std::string(64, ']')).empty());
    CHECK(errors_of(std::string(65, '[') + std::string(65, ']')) ==
          "f:1:65: nested deeper than 64 levels");
    CHECK(errors_of(std::string(1'000'000, '[')) == "f:1:65: nested deeper than 64 levels");
}

TEST_CASE("an option's value is a JSON scalar where it is one") {
    CHECK(parse_scalar("10").kind == Kind::integer);
    CHECK(parse_scalar("0.5").number == 0.5);
    CHECK(parse_scalar("true").boolean);
    CHECK(parse_scalar("null").kind == Kind::null);
    CHECK(parse_scalar("\"10\"").string == "10");
    CHECK(parse_scalar("10s").string == "10s");
    CHECK(parse_scalar("").string.empty());
    CHECK(parse_scalar("[1]").string == "[1]");
}
