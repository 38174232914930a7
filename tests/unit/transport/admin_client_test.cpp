#include "transport/admin_client.h"

#include <doctest/doctest.h>

#include <optional>

#include "tests/support/http_server_stub.h"

using namespace janus_harness;
using test::HttpServerStub;
using transport::AdminClient;

TEST_CASE("the admin API: paths, answers and refusals") {
    net::Loop loop;
    int status = 200;
    std::vector<std::string> targets;
    HttpServerStub server(loop, [&](auto& connection, const auto& request) {
        targets.push_back(request.target);
        const bool allowed = request.body.find("\"admin_secret\":\"lord\"") != std::string::npos;
        HttpServerStub::respond(
            connection, status,
            allowed ? R"({"janus":"success","sessions":[1,2],"handles":[3],"info":{"a":1}})"
                    : R"({"janus":"error","error":{"code":403,"reason":"Unauthorized"}})");
    });
    net::HttpClient http(loop);
    AdminClient admin(http, server.url("/admin/"), "lord");
    std::optional<Result<std::vector<std::uint64_t>>> ids;
    const auto keep_ids = [&](TimePoint, Result<std::vector<std::uint64_t>> result) {
        ids = std::move(result);
        loop.stop();
    };
    admin.list_sessions(keep_ids);
    CHECK(test::run_with_watchdog(loop));
    CHECK(ids->value() == std::vector<std::uint64_t>{1, 2});
    admin.list_handles(1, keep_ids);
    CHECK(test::run_with_watchdog(loop));
    CHECK(ids->value() == std::vector<std::uint64_t>{3});
    std::optional<Result<std::string>> info;
    admin.handle_info(1, 3, [&](TimePoint, Result<std::string> result) {
        info = std::move(result);
        loop.stop();
    });
    CHECK(test::run_with_watchdog(loop));
    CHECK(info->value() == R"({"a":1})");
    CHECK(targets == std::vector<std::string>{"/admin", "/admin/1", "/admin/1/3"});
    AdminClient stranger(http, server.url("/admin"), "nobody");
    stranger.list_sessions(keep_ids);
    CHECK(test::run_with_watchdog(loop));
    CHECK(ids->error().code == "admin_rejected");
    status = 502;
    admin.list_sessions(keep_ids);
    CHECK(test::run_with_watchdog(loop));
    CHECK(ids->error().code == "admin_status");
}
