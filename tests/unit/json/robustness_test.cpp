#include <doctest/doctest.h>

#include <string>

#include "core/random.h"
#include "json/parse.h"

using namespace janus_harness;
using namespace janus_harness::json;

namespace {

const std::string valid = R"(// a scenario-like text
{ "name": "caf\u00e9 \ud83d\ude00", /* c */ "list": [1, -2.5e3, true, null, "x\\\"", [], {},],
  "nested": {"a": {"b": {"c": [[["d"]]]}}, "a2": "é€😀"}, // end
})";

std::string mutate(Random& random, std::string text) {
    const auto changes = 1 + random.below(8);
    for (std::uint64_t change = 0; change < changes && !text.empty(); ++change) {
        const auto at = static_cast<std::size_t>(random.below(text.size()));
        switch (random.below(5)) {
            case 0:
                text[at] = static_cast<char>(random.below(256));
                break;
            case 1:
                text.resize(at);
                break;
            case 2:
                text.erase(at, static_cast<std::size_t>(random.below(8)));
                break;
            case 3:
                text.insert(at, 1, "{}[]\"\\,:/*\n\0x"[random.below(14)]);
                break;
            default:
                text.insert(at, text.substr(0, static_cast<std::size_t>(random.below(40))));
        }
    }
    return text;
}

}  // namespace

TEST_CASE("any bytes give a document or a diagnostic with a place") {
    Random random{20261123};
    int documents = 0;
    for (int round = 0; round < 30'000; ++round) {
        const std::string text = mutate(random, valid);
        Diagnostics diagnostics;
        const auto document = parse(text, "f", diagnostics);
        if (document) ++documents;
        REQUIRE_MESSAGE((document || !diagnostics.empty()), text);
        for (const Diagnostic& diagnostic : diagnostics) {
            REQUIRE(diagnostic.line >= 1);
            REQUIRE(diagnostic.column >= 1);
            REQUIRE_FALSE(diagnostic.message.empty());
        }
        // What was read can be written and read again.
        if (document && diagnostics.empty()) {
            const std::string written = write(document->root);
            const auto again = parse(written, "f");
            REQUIRE_MESSAGE(again.ok(), written);
            REQUIRE(write(again.value().root) == written);
        }
    }
    CHECK(documents > 100);
}

TEST_CASE("random bytes do no harm") {
    Random random{7};
    for (int round = 0; round < 5'000; ++round) {
        std::string text(static_cast<std::size_t>(random.below(64)), '\0');
        for (char& character : text) character = static_cast<char>(random.below(256));
        Diagnostics diagnostics;
        const auto document = parse(text, "f", diagnostics);
        REQUIRE((document || !diagnostics.empty()));
    }
}
