#pragma once

#include <string>

namespace janus_harness::sip {

// A header field: `value` is unfolded and without surrounding white space.
struct Header {
    std::string name;
    std::string value;
    friend bool operator==(const Header&, const Header&) = default;
};

}  // namespace janus_harness::sip
