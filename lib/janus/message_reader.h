#pragma once

#include <rapidjson/document.h>

#include <string>

#include "janus/json_reading.h"
#include "janus/session.h"

// Inside this module only.
namespace janus_harness::janus {

// Takes one message of Janus apart and changes the session by it.
class MessageReader {
  public:
    MessageReader(Session& session, TimePoint now, const rapidjson::Value& message);
    void read();

  private:
    void dispatch(const std::string& kind);
    void read_ack();
    void read_success();
    void read_pong();
    void read_server_info();
    void read_error();
    void read_plugin_event();
    void read_webrtcup();
    void read_media();
    void read_slow_link();
    void read_hangup();
    void read_detached();
    void read_timeout();
    void read_trickle();
    void read_ice_failed();

    MemberReader members(const rapidjson::Value& object, std::string where) const;
    bool belongs_to_session();
    // The handle that the message is about; false when it is not one of ours (named).
    bool read_sender(std::uint64_t& handle_id);
    void note_transaction(PluginEvent& event);
    void emit_plugin_event(std::uint64_t handle_id);
    std::optional<Jsep> read_jsep();
    bool report(const MemberReader& reader);
    void protocol_error(const Error& error);
    void reply(const std::string& transaction, std::optional<std::uint64_t> id);

    Session& session_;
    TimePoint now_;
    const rapidjson::Value& message_;
    MemberReader top_;
};

}  // namespace janus_harness::janus
