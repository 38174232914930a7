#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/time.h"
#include "harness/scenario/template.h"

namespace janus_harness::scenario {

enum class Codec { opus, pcmu, pcma, g722 };
enum class Persona { firefox, chrome };
enum class TrickleMode {
    inline_candidates,  // all candidates stand in the offer or answer
    trickle,            // candidates follow as trickle requests
};
// The a=setup value offered; as answerer, the value chosen (RFC 5763 5).
enum class DtlsSetup { actpass, active, passive };
enum class SrtpProfile { aes128_cm_sha1_80, aes128_cm_sha1_32, aead_aes_128_gcm, aead_aes_256_gcm };
// What the simulated client breaks on purpose, to prove that the harness names it.
enum class Tamper {
    answer_fingerprint,  // the fingerprint of the SDP that Janus sends is changed before it is used
};
enum class Audio { tone, silence, echo };

// Header names and values, in the order of the file.
using Headers = std::vector<std::pair<std::string, Template>>;

// Unset members are generated, one account a client.
struct Account {
    std::optional<Template> username;  // user part of the account's URI
    std::optional<Template> authuser;
    std::optional<Template> secret;
    std::optional<Template> display_name;
};

// What `register` sends besides the account (Janus SIP plugin, request "register").
struct RegisterOptions {
    std::optional<Template> proxy;
    std::optional<Template> outbound_proxy;
    Headers headers;
    Headers contact_params;
    std::vector<std::string> incoming_header_prefixes;
    std::optional<int> register_ttl;  // seconds
    std::optional<std::string> type;  // "guest"
    std::optional<std::string> user_agent;
    std::optional<bool> send_register;
    std::optional<bool> force_udp;
    std::optional<bool> force_tcp;
    std::optional<bool> sips;
    std::optional<bool> rfc2543_cancel;
};

// A simulated browser: a Janus session, a handle of the SIP plugin and a PeerConnection.
struct BrowserActor {
    Persona persona = Persona::firefox;
    std::optional<std::string> offer;  // a fixture instead of the persona's offer: "seed"
    std::vector<Codec> codecs;         // in order of preference, never empty
    std::string plugin = "janus.plugin.sip";
    TrickleMode trickle = TrickleMode::inline_candidates;
    std::optional<DtlsSetup> dtls;           // unset: Media::dtls
    std::vector<SrtpProfile> srtp_profiles;  // in order of preference, never empty
    Account account;
    RegisterOptions register_options;
    std::vector<Tamper> tamper;
};

enum class AudioStart {
    media_up,  // once ICE and DTLS of the browser side are up: no packet is sent into the void
    answer,    // with the 200, as a real phone does
};

// How a SIP actor treats an INVITE that no step answers.
struct Answer {
    Duration ring{0};               // INVITE to 180
    std::optional<Duration> after;  // INVITE to the final response; unset: at once after ring
    bool never = false;             // ring for ever
    bool early_media = false;       // 183 with SDP instead of 180, and audio from then on
    int status = 200;               // final response
    std::string reason;             // its phrase; "" for the usual one
    std::optional<Duration> hangup_after;  // from the ACK to a BYE of its own
    std::vector<Codec> codecs;             // unset: SipActor::codecs
    std::vector<std::string> sdp_lines;    // lines appended to the audio section: planted faults
    std::optional<int> payload_type;  // this number instead of the offered one: a planted fault
};

// A phone of the far end: a SIP user agent in the harness.
struct SipActor {
    std::optional<Template> user;  // user part of its address; unset: generated, one a client
    std::optional<Template> display_name;
    std::vector<Codec> codecs;  // in order of preference, never empty
    Audio audio = Audio::tone;
    AudioStart audio_start = AudioStart::media_up;
    // False: the phone only rings on its own; a step answers or rejects.
    bool answers = true;
    Answer answer;
};

struct Actor {
    std::string name;
    json::Location location;
    std::variant<BrowserActor, SipActor> kind;

    bool is_browser() const { return std::holds_alternative<BrowserActor>(kind); }
    const BrowserActor& browser() const { return std::get<BrowserActor>(kind); }
    const SipActor& sip() const { return std::get<SipActor>(kind); }
};

}  // namespace janus_harness::scenario
