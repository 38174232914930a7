#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "sdp/media_section.h"
#include "sdp/section.h"

namespace janus_harness::sdp {

struct Origin {  // o= (RFC 8866 5.2)
    std::string username;
    std::string session_id;  // decimal digits; may exceed 64 bits
    std::string session_version;
    std::string network_type;  // "IN"
    std::string address_type;  // "IP4" or "IP6"
    std::string address;
    bool operator==(const Origin&) const = default;
};
std::optional<Origin> parse_origin(std::string_view value);

// a=group (RFC 5888 5): the semantics and the mids.
struct Group {
    std::string_view semantics;
    std::vector<std::string_view> mids;
};

// A session description. The lines of the session level, v=, o=, s= and t= included, are `lines` of
// its base class; unknown lines are kept in place, so that parse and serialize give the same text.
struct SessionDescription : Section {
    std::vector<MediaDescription> media;

    // Takes SDP with CRLF or LF line ends. It must have v=0 as its first line, o= and s= at the
    // session level, and each o=, c=, t= and m= well formed; the order of lines and the values of
    // attributes are the rules' business. Error "sdp_syntax": "line 3: expected s=..., found ...".
    static Result<SessionDescription> parse(std::string_view text);
    // With CRLF after every line.
    std::string serialize() const;

    // nullopt only if this description was built by hand without a good o= line.
    std::optional<Origin> origin() const;
    // `index` must be below media.size().
    MediaSection section(std::size_t index) const { return {*this, media[index]}; }
    std::vector<MediaSection> sections() const;
    // The first section of this kind that is not rejected (port 0); nullopt if there is none.
    std::optional<MediaSection> first_active(std::string_view kind) const;
    // The section with this mid; nullopt if there is none.
    std::optional<MediaSection> section_with_mid(std::string_view mid) const;
    // Every a=group line; the views live as long as the description.
    std::vector<Group> groups() const;
    std::optional<Group> bundle_group() const;
};

}  // namespace janus_harness::sdp
