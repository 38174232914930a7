#include "sip/message.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "core/text.h"

namespace janus_harness::sip {
namespace {

void line(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
}

void append_start_line(std::string& out, const Message& message) {
    if (message.is_request()) {
        out += message.method + ' ' + message.uri.to_string() + " SIP/2.0\r\n";
    } else {
        out += fmt::format("SIP/2.0 {} {}\r\n", message.status, message.reason);
    }
}

void append_routing(std::string& out, const Message& message) {
    for (const auto& via : message.vias) line(out, "Via", via.to_string());
    for (const auto& route : message.routes) line(out, "Route", route.to_string());
    for (const auto& route : message.record_routes) line(out, "Record-Route", route.to_string());
    if (message.max_forwards) line(out, "Max-Forwards", std::to_string(*message.max_forwards));
}

// What a defective request lacks is left out of its 400 as well.
void append_identity(std::string& out, const Message& message) {
    if (message.from.uri.present()) line(out, "From", message.from.to_string());
    if (message.to.uri.present()) line(out, "To", message.to.to_string());
    if (!message.call_id.empty()) line(out, "Call-ID", message.call_id);
    if (!message.cseq.method.empty()) line(out, "CSeq", message.cseq.to_string());
}

}  // namespace

std::string Message::header(std::string_view name) const {
    for (const auto& header : headers) {
        if (iequals(header.name, name)) return header.value;
    }
    return {};
}

std::vector<std::string> Message::header_values(std::string_view name) const {
    std::vector<std::string> values;
    for (const auto& header : headers) {
        if (iequals(header.name, name)) values.push_back(header.value);
    }
    return values;
}

bool Message::header_lists(std::string_view name, std::string_view token) const {
    for (const auto& header : headers) {
        if (!iequals(header.name, name)) continue;
        for (const auto item : split(header.value, ',')) {
            if (iequals(trim(item), token)) return true;
        }
    }
    return false;
}

void Message::add_header(std::string_view name, std::string value) {
    headers.push_back({std::string(name), std::move(value)});
}

void Message::remove_headers(std::string_view name) {
    std::erase_if(headers, [&](const Header& header) { return iequals(header.name, name); });
}

std::string Message::sdp() const {
    const auto type = trim(split(content_type, ';').front());
    return type.empty() || iequals(type, "application/sdp") ? body : std::string();
}

void Message::set_sdp(std::string sdp) {
    content_type = sdp.empty() ? "" : "application/sdp";
    body = std::move(sdp);
}

std::string Message::to_string() const {
    std::string out;
    out.reserve(800 + body.size());
    append_start_line(out, *this);
    append_routing(out, *this);
    append_identity(out, *this);
    if (contact_wildcard) line(out, "Contact", "*");
    for (const auto& contact : contacts) line(out, "Contact", contact.to_string());
    if (expires) line(out, "Expires", std::to_string(*expires));
    for (const auto& header : headers) line(out, header.name, header.value);
    if (!content_type.empty()) line(out, "Content-Type", content_type);
    line(out, "Content-Length", std::to_string(body.size()));
    return out + "\r\n" + body;
}

Message make_response(const Message& request, int status, std::string_view to_tag,
                      std::string reason) {
    Message response;
    response.status = status;
    response.reason = reason.empty() ? std::string(standard_reason(status)) : std::move(reason);
    response.vias = request.vias;
    response.from = request.from;
    response.to = request.to;
    response.call_id = request.call_id;
    response.cseq = request.cseq;
    if (status > 100 && !to_tag.empty() && response.to.tag().empty()) {
        set_parameter(response.to.parameters, "tag", std::string(to_tag));
    }
    return response;
}

std::string_view standard_reason(int status) {
    struct Phrase {
        int status;
        std::string_view text;
    };
    static constexpr Phrase phrases[] = {{100, "Trying"},
                                         {180, "Ringing"},
                                         {181, "Call Is Being Forwarded"},
                                         {182, "Queued"},
                                         {183, "Session Progress"},
                                         {200, "OK"},
                                         {202, "Accepted"},
                                         {300, "Multiple Choices"},
                                         {301, "Moved Permanently"},
                                         {302, "Moved Temporarily"},
                                         {305, "Use Proxy"},
                                         {380, "Alternative Service"},
                                         {400, "Bad Request"},
                                         {401, "Unauthorized"},
                                         {402, "Payment Required"},
                                         {403, "Forbidden"},
                                         {404, "Not Found"},
                                         {405, "Method Not Allowed"},
                                         {406, "Not Acceptable"},
                                         {407, "Proxy Authentication Required"},
                                         {408, "Request Timeout"},
                                         {410, "Gone"},
                                         {413, "Request Entity Too Large"},
                                         {414, "Request-URI Too Long"},
                                         {415, "Unsupported Media Type"},
                                         {416, "Unsupported URI Scheme"},
                                         {420, "Bad Extension"},
                                         {421, "Extension Required"},
                                         {423, "Interval Too Brief"},
                                         {480, "Temporarily Unavailable"},
                                         {481, "Call/Transaction Does Not Exist"},
                                         {482, "Loop Detected"},
                                         {483, "Too Many Hops"},
                                         {484, "Address Incomplete"},
                                         {485, "Ambiguous"},
                                         {486, "Busy Here"},
                                         {487, "Request Terminated"},
                                         {488, "Not Acceptable Here"},
                                         {491, "Request Pending"},
                                         {493, "Undecipherable"},
                                         {500, "Server Internal Error"},
                                         {501, "Not Implemented"},
                                         {502, "Bad Gateway"},
                                         {503, "Service Unavailable"},
                                         {504, "Server Time-out"},
                                         {505, "Version Not Supported"},
                                         {513, "Message Too Large"},
                                         {600, "Busy Everywhere"},
                                         {603, "Decline"},
                                         {604, "Does Not Exist Anywhere"},
                                         {606, "Not Acceptable"}};
    const auto* found =
        std::lower_bound(std::begin(phrases), std::end(phrases), status,
                         [](const Phrase& phrase, int wanted) { return phrase.status < wanted; });
    if (found != std::end(phrases) && found->status == status) return found->text;
    static constexpr std::string_view classes[] = {
        "Progress", "Success", "Redirection", "Client Error", "Server Error", "Global Failure"};
    return status >= 100 && status < 700 ? classes[status / 100 - 1] : "Unknown";
}

}  // namespace janus_harness::sip
