#include "tools/capacity_stub/api_messages.h"

#include <fmt/format.h>

#include <iterator>

#include "tools/capacity_stub/options.h"

namespace janus_harness::capacity_stub {
namespace {

std::string session_member(std::uint64_t session_id) {
    return session_id == 0 ? std::string{} : fmt::format(R"(,"session_id":{})", session_id);
}

std::string transaction_member(std::string_view transaction) {
    return transaction.empty() ? std::string{}
                               : fmt::format(R"(,"transaction":{})", json_quote(transaction));
}

}  // namespace

std::string json_quote(std::string_view text) {
    std::string quoted;
    quoted.reserve(text.size() + 2);
    quoted += '"';
    for (const char character : text) {
        if (character == '"' || character == '\\') {
            quoted += '\\';
            quoted += character;
        } else if (character == '\r') {
            quoted += "\\r";
        } else if (character == '\n') {
            quoted += "\\n";
        } else if (static_cast<unsigned char>(character) < 0x20) {
            fmt::format_to(std::back_inserter(quoted), "\\u{:04x}", static_cast<int>(character));
        } else {
            quoted += character;
        }
    }
    quoted += '"';
    return quoted;
}

std::string success_message(std::uint64_t session_id, std::string_view transaction) {
    return fmt::format(R"({{"janus":"success"{}{}}})", session_member(session_id),
                       transaction_member(transaction));
}

std::string success_message(std::uint64_t session_id, std::string_view transaction,
                            std::uint64_t id) {
    return fmt::format(R"({{"janus":"success"{}{},"data":{{"id":{}}}}})",
                       session_member(session_id), transaction_member(transaction), id);
}

std::string ack_message(std::uint64_t session_id, std::string_view transaction) {
    return fmt::format(R"({{"janus":"ack"{}{}}})", session_member(session_id),
                       transaction_member(transaction));
}

std::string pong_message(std::string_view transaction) {
    return fmt::format(R"({{"janus":"pong"{}}})", transaction_member(transaction));
}

std::string server_info_message(std::string_view transaction, std::string_view address) {
    return fmt::format(
        R"({{"janus":"server_info"{},"name":{},"version":0,"version_string":{},)"
        R"("accepting-new-sessions":true,"session-timeout":0,"reclaim-session-timeout":0,)"
        R"("candidates-timeout":45,"server-name":{},"local-ip":{},"ice-lite":false,)"
        R"("ice-tcp":false,"full-trickle":false,"api_secret":false,"auth_token":false,)"
        R"("transports":{{}},"events":{{}},"loggers":{{}},"plugins":{{"janus.plugin.sip":)"
        R"({{"name":{},"author":"janus-harness","description":"Answers and reflects calls; for)"
        R"( measuring the harness alone","version_string":{},"version":0}}}}}})",
        transaction_member(transaction), json_quote(program_name), json_quote(program_version),
        json_quote(program_name), json_quote(address), json_quote(program_name),
        json_quote(program_version));
}

std::string error_message(std::uint64_t session_id, std::string_view transaction, int code,
                          std::string_view reason) {
    return fmt::format(R"({{"janus":"error"{}{},"error":{{"code":{},"reason":{}}}}})",
                       session_member(session_id), transaction_member(transaction), code,
                       json_quote(reason));
}

std::string core_event(std::string_view name, std::uint64_t session_id, std::uint64_t handle_id,
                       std::string_view members) {
    return fmt::format(R"({{"janus":"{}","session_id":{},"sender":{}{}}})", name, session_id,
                       handle_id, members);
}

std::string sip_event(const SipEventText& event) {
    const std::string jsep =
        event.sdp.empty()
            ? std::string{}
            : fmt::format(R"(,"jsep":{{"type":"answer","sdp":{}}})", json_quote(event.sdp));
    return fmt::format(R"({{"janus":"event","session_id":{}{},"sender":{},"plugindata":)"
                       R"({{"plugin":"janus.plugin.sip","data":{{"sip":"event"{}}}}}{}}})",
                       event.session_id, transaction_member(event.transaction), event.handle_id,
                       event.data, jsep);
}

}  // namespace janus_harness::capacity_stub
