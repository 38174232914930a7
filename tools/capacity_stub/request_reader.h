#pragma once

#include <rapidjson/document.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace janus_harness::capacity_stub {

// What a request names outside its body: HTTP puts the ids into the path too.
struct PathIds {
    std::uint64_t session_id = 0;  // 0: none
    std::uint64_t handle_id = 0;
};

// A request of the Janus API. `document` is an object.
struct Request {
    rapidjson::Document document;
    std::string transaction;
    std::string verb;  // lower case, as Janus compares without case
    PathIds ids;

    // A member that is an object; nullptr otherwise.
    const rapidjson::Value* object(const char* name) const;
};

struct RequestError {
    int code = 0;  // Janus's
    std::string reason;
    std::string transaction;  // empty: not known
};

// Reads any text: nothing that a client sends can end the program. Fills either of the two.
bool read_request(std::string_view json, PathIds path, Request& request, RequestError& error);

// Members of a JSON object; nullopt when they are absent or of another type.
std::optional<std::string_view> string_member(const rapidjson::Value& object, const char* name);
std::optional<bool> bool_member(const rapidjson::Value& object, const char* name);

}  // namespace janus_harness::capacity_stub
