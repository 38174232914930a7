#include "janus/admin.h"

#include "tests/unit/janus/session_driver.h"

using namespace janus_harness;
using namespace janus_harness::janus;
using test::golden_message;

TEST_CASE("recorded answers of the admin API") {
    const auto sessions = parse_admin_ids(golden_message("admin_list_sessions"), "sessions");
    REQUIRE(sessions.ok());
    CHECK(sessions->size() == 1);
    const auto handles = parse_admin_ids(golden_message("admin_list_handles"), "handles");
    REQUIRE(handles.ok());
    CHECK(handles->size() == 1);
    const auto info = parse_admin_handle_info(golden_message("admin_handle_info"));
    REQUIRE(info.ok());
    CHECK(info->find("\"plugin\":\"janus.plugin.sip\"") != std::string::npos);
    const auto refused = parse_admin_ids(golden_message("admin_error_458"), "handles");
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == "admin_rejected");
    CHECK(refused.error().message == "458 No such session 99");
}

TEST_CASE("admin requests and odd answers") {
    CHECK(admin_request("list_sessions", "t1", "over\"lord") ==
          R"({"janus":"list_sessions","transaction":"t1","admin_secret":"over\"lord"})");
    for (const char* odd :
         {"", "[]", "{}", R"({"janus":"success"})", R"({"janus":"error"})",
          R"({"janus":"success","sessions":7})", R"({"janus":"success","sessions":["x"]})"}) {
        const auto ids = parse_admin_ids(odd, "sessions");
        REQUIRE_FALSE(ids.ok());
        CHECK(ids.error().code == "admin_answer");
        CHECK_FALSE(parse_admin_handle_info(odd).ok());
    }
}
