#include <filesystem>

#include "janus/admin.h"
#include "janus/mask_secrets.h"
#include "janus/sip_plugin.h"
#include "tests/unit/janus/session_driver.h"

using namespace janus_harness;
using namespace janus_harness::janus;
using test::SessionDriver;

namespace {

std::vector<std::string> all_recordings() {
    std::vector<std::string> texts;
    const std::string folder = std::string(TEST_DATA_DIR) + "/golden/janus/1.1.2";
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
        texts.push_back(test::golden_message(file.path().stem().string()));
    }
    return texts;
}

void mutate(std::string& text, Random& random) {
    if (random.below(4) == 0) text.resize(random.below(text.size() + 1));
    for (std::uint64_t i = random.below(8); i > 0 && !text.empty(); --i) {
        const std::size_t position = random.below(text.size());
        switch (random.below(4)) {
            case 0:
                text[position] = static_cast<char>(random.below(256));
                break;
            case 1:
                text[position] = "{}[]\":,0-"[random.below(9)];
                break;
            case 2:
                text.erase(position, 1 + random.below(20));
                break;
            default:
                text.insert(position, text.substr(random.below(text.size()), random.below(40)));
        }
    }
}

}  // namespace

TEST_CASE("the session survives any bytes") {
    const auto recordings = all_recordings();
    REQUIRE(recordings.size() > 20);
    Random random(20260131);
    for (int round = 0; round < 8000; ++round) {
        SessionDriver driver;
        driver.open();
        driver.session.message(driver.now, driver.handle_id, "{}");
        std::string text = recordings[random.below(recordings.size())];
        // Some of them get past the checks of the ids.
        if (const auto at = text.find("\"sender\": "); at != std::string::npos && round % 2 == 0) {
            text.replace(at + 10, text.find_first_of(",\n", at) - at - 10,
                         std::to_string(driver.handle_id));
        }
        if (const auto at = text.find("\"session_id\""); at != std::string::npos)
            text[at + 1] = 'x';
        mutate(text, random);
        driver.receive(text);
        while (auto event = driver.session.poll_event()) {
            if (const auto* plugin = std::get_if<PluginEvent>(&*event)) {
                (void)parse_sip_event(plugin->data);
            }
        }
        (void)parse_sip_event(text);
        (void)parse_admin_ids(text, "sessions");
        (void)parse_admin_handle_info(text);
        (void)mask_secrets(text);
    }
}

TEST_CASE("wrong types in every place of every recording are told or harmless") {
    for (const std::string& recording : all_recordings()) {
        for (std::size_t colon = recording.find(": "); colon != std::string::npos;
             colon = recording.find(": ", colon + 1)) {
            for (const char* value : {"null", "-1", "1e400", "[]", "{}", "\"\"", "true"}) {
                std::string text = recording;
                const std::size_t end = recording.find_first_of(",\n", colon);
                text.replace(colon + 2, end - colon - 2, value);
                SessionDriver driver;
                driver.open();
                driver.receive(text);
                while (driver.session.poll_event()) continue;
            }
        }
    }
}
