#pragma once

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "sdp/browser_offer.h"
#include "sdp/session_description.h"

namespace janus_harness::sdp {

inline std::string golden(std::string_view name) {
    const auto path = std::string(TEST_DATA_DIR) + "/golden/sdp/" + std::string(name);
    std::ifstream file(path, std::ios::binary);
    REQUIRE_MESSAGE(file.good(), path);
    return {std::istreambuf_iterator<char>(file), {}};
}

inline SessionDescription parsed(std::string_view text) {
    auto description = SessionDescription::parse(text);
    REQUIRE_MESSAGE(description.ok(), (description ? "" : description.error().message));
    return std::move(description).value();
}

inline std::string replaced(std::string text, std::string_view from, std::string_view to) {
    const auto at = text.find(from);
    REQUIRE_MESSAGE(at != std::string::npos, std::string(from));
    return text.replace(at, from.size(), to);
}

inline constexpr std::string_view test_fingerprint =
    "7A:59:CD:7A:79:8A:3C:E4:A0:2D:D7:59:63:3D:17:FD:85:F1:5D:8D:94:3C:60:C3:82:52:63:B2:96:BC:91:"
    "FB";

inline OfferOptions test_offer(Persona persona) {
    OfferOptions options;
    options.persona = persona;
    options.ice_ufrag = "khLS";
    options.ice_pwd = "cxLzteJaJBou3DspNaPsJhlQ";
    options.fingerprint = test_fingerprint;
    options.ssrc = 743106987;
    options.cname = "{2ccb8d2c-e04b-4fb0-a27b-42084a25bc58}";
    options.session_id = 193135304282057553;
    return options;
}

}  // namespace janus_harness::sdp
