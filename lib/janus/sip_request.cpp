#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <concepts>

#include "janus/sip_plugin.h"

namespace janus_harness::janus {
namespace {

// Writes a request body; members that are not set are left out.
class BodyWriter {
  public:
    explicit BodyWriter(std::string_view request) {
        writer_.StartObject();
        add("request", std::string(request));
    }

    void add(const char* name, const std::string& value) {
        writer_.Key(name);
        write(value);
    }
    template <typename T>
    void add(const char* name, const std::optional<T>& value) {
        if (!value) return;
        writer_.Key(name);
        write(*value);
    }
    void add(const char* name, const HeaderMap& headers) {
        if (headers.empty()) return;
        writer_.Key(name);
        writer_.StartObject();
        for (const auto& [header, value] : headers) add(header.c_str(), value);
        writer_.EndObject();
    }
    void add(const char* name, const std::vector<std::string>& values) {
        if (values.empty()) return;
        writer_.Key(name);
        writer_.StartArray();
        for (const std::string& value : values) write(value);
        writer_.EndArray();
    }
    std::string finish() {
        writer_.EndObject();
        return {buffer_.GetString(), buffer_.GetSize()};
    }

  private:
    void write(const std::string& value) {
        writer_.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
    }
    void write(std::same_as<bool> auto value) { writer_.Bool(value); }
    void write(std::same_as<int> auto value) { writer_.Int(value); }
    void write(std::same_as<std::uint64_t> auto value) { writer_.Uint64(value); }

    rapidjson::StringBuffer buffer_;
    rapidjson::Writer<rapidjson::StringBuffer> writer_{buffer_};
};

}  // namespace

std::string to_json(const RegisterRequest& request) {
    BodyWriter body("register");
    body.add("username", request.username);
    body.add("authuser", request.authuser);
    body.add("display_name", request.display_name);
    body.add("secret", request.secret);
    body.add("ha1_secret", request.ha1_secret);
    body.add("proxy", request.proxy);
    body.add("outbound_proxy", request.outbound_proxy);
    body.add("type", request.type);
    body.add("send_register", request.send_register);
    body.add("force_udp", request.force_udp);
    body.add("force_tcp", request.force_tcp);
    body.add("sips", request.sips);
    body.add("rfc2543_cancel", request.rfc2543_cancel);
    body.add("register_ttl", request.register_ttl);
    body.add("refresh", request.refresh);
    body.add("user_agent", request.user_agent);
    body.add("master_id", request.master_id);
    body.add("automatic_ringing", request.automatic_ringing);
    body.add("headers", request.headers);
    body.add("contact_params", request.contact_params);
    body.add("incoming_header_prefixes", request.incoming_header_prefixes);
    return body.finish();
}

std::string to_json(const UnregisterRequest& request) {
    BodyWriter body("unregister");
    body.add("headers", request.headers);
    return body.finish();
}

std::string to_json(const CallRequest& request) {
    BodyWriter body("call");
    body.add("uri", request.uri);
    body.add("call_id", request.call_id);
    body.add("srtp", request.srtp);
    body.add("srtp_profile", request.srtp_profile);
    body.add("autoaccept_reinvites", request.autoaccept_reinvites);
    body.add("refer_id", request.refer_id);
    body.add("authuser", request.authuser);
    body.add("secret", request.secret);
    body.add("ha1_secret", request.ha1_secret);
    body.add("headers", request.headers);
    return body.finish();
}

std::string to_json(const AcceptRequest& request) {
    BodyWriter body("accept");
    body.add("srtp", request.srtp);
    body.add("srtp_profile", request.srtp_profile);
    body.add("autoaccept_reinvites", request.autoaccept_reinvites);
    body.add("headers", request.headers);
    return body.finish();
}

std::string to_json(const DeclineRequest& request) {
    BodyWriter body("decline");
    body.add("code", request.code);
    body.add("refer_id", request.refer_id);
    body.add("headers", request.headers);
    return body.finish();
}

std::string to_json(const HangupRequest& request) {
    BodyWriter body("hangup");
    body.add("headers", request.headers);
    return body.finish();
}

}  // namespace janus_harness::janus
