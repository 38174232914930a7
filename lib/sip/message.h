#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/datagram.h"
#include "sip/header.h"
#include "sip/uri.h"
#include "sip/via.h"

namespace janus_harness::sip {

struct CSeq {
    std::uint32_t number = 0;  // below 2^31 (RFC 3261 8.1.1.5)
    std::string method;
    std::string to_string() const { return std::to_string(number) + ' ' + method; }
    static std::optional<CSeq> parse(const std::string& text);
};

// A SIP request or response as a value. What routing, matching and dialogs need is parsed; every
// other header stays as it came, in order, in `headers`.
struct Message {
    std::string method;  // of a request; empty in a response
    Uri uri;             // request-URI
    int status = 0;      // of a response; 0 in a request
    std::string reason;  // reason phrase

    std::vector<Via> vias;  // top first
    std::vector<NameAddr> routes;
    std::vector<NameAddr> record_routes;
    std::optional<std::uint32_t> max_forwards;
    NameAddr from;
    NameAddr to;
    std::string call_id;
    CSeq cseq;
    std::vector<NameAddr> contacts;
    bool contact_wildcard = false;  // "Contact: *"
    std::optional<std::uint32_t> expires;
    std::string content_type;
    std::vector<Header> headers;
    std::string body;

    // What a parsed message lacks or has wrong, to be answered 400; empty when it is complete.
    std::string defect;

    bool is_request() const { return status == 0; }
    bool is_request(std::string_view name) const { return is_request() && method == name; }
    // The first header of that name among `headers`, compared without case; empty when missing.
    std::string header(std::string_view name) const;
    std::vector<std::string> header_values(std::string_view name) const;
    // Whether a comma-separated list header among `headers` names `token` (without case).
    bool header_lists(std::string_view name, std::string_view token) const;
    void add_header(std::string_view name, std::string value);
    void remove_headers(std::string_view name);
    // The body when its type is application/sdp (or not given), else empty.
    std::string sdp() const;
    void set_sdp(std::string sdp);

    std::string to_string() const;
};

// A response to `request` (RFC 3261 8.2.6.2): Via, From, To, Call-ID and CSeq copied; `to_tag` is
// added when To has none and it is not empty. An empty reason takes the standard phrase.
Message make_response(const Message& request, int status, std::string_view to_tag = {},
                      std::string reason = {});

// The phrase of RFC 3261 21, or of the class for other codes.
std::string_view standard_reason(int status);

}  // namespace janus_harness::sip
