#include <doctest/doctest.h>

#include "core/random.h"
#include "support.h"

using namespace janus_harness;
using namespace janus_harness::scenario;
using namespace janus_harness::scenario::test;

namespace {

// Replaces, removes, doubles or cuts at random places; words of the language make deep readers meet
// values they do not expect.
std::string mutate(Random& random, std::string text) {
    static const std::vector<std::string> words{"\"web\"",
                                                "\"steps\"",
                                                "null",
                                                "[]",
                                                "{}",
                                                "-1",
                                                "1e300",
                                                "\"${x}\"",
                                                "\"${client}\"",
                                                "\"${\"",
                                                "\"${web.uri}\"",
                                                "{\"event\": 1}",
                                                "true",
                                                "\"\"",
                                                "99999999999999999999",
                                                "\"parallel\"",
                                                "\"repeat\"",
                                                "[[[]]]",
                                                "{\"web\": {\"web\": []}}"};
    const auto changes = 1 + random.below(6);
    for (std::uint64_t change = 0; change < changes && text.size() > 2; ++change) {
        const auto at = static_cast<std::size_t>(random.below(text.size()));
        const std::string& word = words[static_cast<std::size_t>(random.below(words.size()))];
        switch (random.below(6)) {
            case 0:
                text[at] = static_cast<char>(random.below(256));
                break;
            case 1:
                text.erase(at, static_cast<std::size_t>(random.below(20)));
                break;
            case 2:
                text.insert(at, word);
                break;
            case 3:
                text.insert(at, text.substr(0, static_cast<std::size_t>(random.below(60))));
                break;
            case 4:
                if (random.below(10) == 0) text.resize(at);
                break;
            default: {
                // A whole value becomes another one, which keeps the syntax right.
                const std::size_t colon = text.find(": ", at);
                const std::size_t end = text.find_first_of(",\n]}", colon);
                if (colon != std::string::npos && end != std::string::npos && end > colon + 2)
                    text.replace(colon + 2, end - colon - 2, word);
            }
        }
    }
    return text;
}

}  // namespace

TEST_CASE("mutated scenarios load or say what is wrong") {
    std::vector<std::string> seeds;
    for (const auto& file : scenario_files(SCENARIO_DIR)) seeds.push_back(read_text(file));
    Random random{20261123};
    int accepted = 0;
    for (int round = 0; round < 20'000; ++round) {
        const std::string text =
            mutate(random, seeds[static_cast<std::size_t>(round) % seeds.size()]);
        const auto outcome = load_text(text, "f");
        if (outcome.scenario) ++accepted;
        REQUIRE_MESSAGE(outcome.scenario.has_value() == outcome.diagnostics.empty(), text);
        for (const auto& diagnostic : outcome.diagnostics) {
            REQUIRE_MESSAGE(diagnostic.line >= 1, text);
            REQUIRE(!diagnostic.message.empty());
        }
    }
    CHECK(accepted > 100);
    CHECK(accepted < 10'000);
}

TEST_CASE("any option is taken or refused by name") {
    const std::string text = read_text(std::string{SCENARIO_DIR} + "/load/outgoing_call.json");
    Random random{5};
    const std::string alphabet = "abcdefgs.0123-_/~=\"[]{}$ \n";
    static const std::vector<std::string> stems{
        "",         "load.",      "actors.", "actors.web.", "steps.",
        "steps.1.", "variables.", "calls",   "thresholds."};
    for (int round = 0; round < 3'000; ++round) {
        const std::string name = stems[static_cast<std::size_t>(random.below(stems.size()))] +
                                 random.text(static_cast<std::size_t>(random.below(6)), alphabet);
        const std::string value = random.text(static_cast<std::size_t>(random.below(6)), alphabet);
        const auto outcome = load_text(text, "f", {{name, value}});
        REQUIRE_MESSAGE(outcome.scenario.has_value() == outcome.diagnostics.empty(), name);
    }
}
