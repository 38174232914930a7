#include <fmt/format.h>

#include <algorithm>

#include "harness/scenario/read_scenario.h"
#include "json/suggestion.h"

namespace janus_harness::scenario {
namespace {

using json::Need;
using json::ObjectReader;
using json::Reading;
using json::Value;

constexpr json::Range<std::int64_t> milliseconds_range{0, 3'600'000};

const json::Choices<Audio>& audio_choices() {
    static const json::Choices<Audio> choices{
        {"tone", Audio::tone}, {"echo", Audio::echo}, {"silence", Audio::silence}};
    return choices;
}

// A list that must not be empty when it is given, else the default.
template <typename T>
std::vector<T> given_or(Reading& reading, ObjectReader& reader, std::string_view name,
                        std::vector<T> given, std::vector<T> otherwise) {
    const Value* value = reader.find(name);
    if (value == nullptr) return otherwise;
    if (value->kind == json::Kind::array && value->elements.empty())
        reading.error(value->location, fmt::format("\"{}\" must not be empty", name));
    return given;
}

std::vector<Codec> read_codecs(Reading& reading, ObjectReader& reader,
                               std::vector<Codec> otherwise) {
    return given_or(reading, reader, "codecs", reader.enumerations("codecs", codec_choices()),
                    std::move(otherwise));
}

Account read_account(Reading& reading, const Value& value) {
    Account account;
    ObjectReader reader{reading, value, "account"};
    account.username = read_template(reading, reader, "username");
    account.authuser = read_template(reading, reader, "authuser");
    account.secret = read_template(reading, reader, "secret");
    account.display_name = read_template(reading, reader, "display_name");
    return account;
}

RegisterOptions read_register_options(Reading& reading, const Value& value) {
    RegisterOptions options;
    ObjectReader reader{reading, value, "register options"};
    options.proxy = read_template(reading, reader, "proxy");
    options.outbound_proxy = read_template(reading, reader, "outbound_proxy");
    options.headers = read_headers(reading, reader, "headers");
    options.contact_params = read_headers(reading, reader, "contact_params");
    options.incoming_header_prefixes = reader.strings("incoming_header_prefixes");
    if (const auto ttl = reader.integer("register_ttl", {1, 86'400}))
        options.register_ttl = static_cast<int>(*ttl);
    if (reader.enumeration<int>("type", {{"guest", 0}})) options.type = "guest";
    options.user_agent = reader.string("user_agent");
    options.send_register = reader.boolean("send_register");
    options.force_udp = reader.boolean("force_udp");
    options.force_tcp = reader.boolean("force_tcp");
    options.sips = reader.boolean("sips");
    options.rfc2543_cancel = reader.boolean("rfc2543_cancel");
    if (options.force_udp.value_or(false) && options.force_tcp.value_or(false))
        reading.error(value.location, "\"force_udp\" and \"force_tcp\" exclude each other");
    return options;
}

void read_browser_media(Reading& reading, ObjectReader& reader, BrowserActor& actor) {
    static const json::Choices<TrickleMode> trickle{{"inline", TrickleMode::inline_candidates},
                                                    {"trickle", TrickleMode::trickle}};
    static const json::Choices<SrtpProfile> profiles{
        {"AES_CM_128_HMAC_SHA1_80", SrtpProfile::aes128_cm_sha1_80},
        {"AES_CM_128_HMAC_SHA1_32", SrtpProfile::aes128_cm_sha1_32},
        {"AEAD_AES_128_GCM", SrtpProfile::aead_aes_128_gcm},
        {"AEAD_AES_256_GCM", SrtpProfile::aead_aes_256_gcm}};
    actor.codecs = read_codecs(reading, reader, {Codec::opus, Codec::pcmu});
    actor.trickle = reader.enumeration("trickle", trickle).value_or(actor.trickle);
    actor.dtls = reader.enumeration("dtls", dtls_choices());
    actor.srtp_profiles =
        given_or(reading, reader, "srtp_profiles", reader.enumerations("srtp_profiles", profiles),
                 {SrtpProfile::aes128_cm_sha1_80, SrtpProfile::aead_aes_128_gcm});
}

BrowserActor read_browser(Reading& reading, const Value& value) {
    static const json::Choices<Persona> personas{{"firefox", Persona::firefox},
                                                 {"chrome", Persona::chrome}};
    static const json::Choices<Tamper> tampering{
        {"answer_fingerprint", Tamper::answer_fingerprint}};
    BrowserActor actor;
    ObjectReader reader{reading, value, "browser actor"};
    reader.allow("kind");
    actor.persona = reader.enumeration("persona", personas).value_or(actor.persona);
    if (reader.enumeration<int>("offer", {{"seed", 0}})) actor.offer = "seed";
    actor.plugin = reader.string("plugin").value_or(actor.plugin);
    read_browser_media(reading, reader, actor);
    if (const Value* account = reader.find("account"))
        actor.account = read_account(reading, *account);
    if (const Value* options = reader.find("register"))
        actor.register_options = read_register_options(reading, *options);
    actor.tamper = reader.enumerations("tamper", tampering);
    return actor;
}

// A time under its plain name ("ring": "100ms") or in milliseconds ("ring_ms": 100).
std::optional<Duration> read_time(Reading& reading, ObjectReader& reader, const std::string& name) {
    const auto duration = reader.duration(name);
    const std::string in_milliseconds = name + "_ms";
    const Value* number = reader.find(in_milliseconds);
    if (number == nullptr) return duration;
    if (reader.find(name) != nullptr)
        reading.error(number->location,
                      fmt::format("\"{}\" and \"{}\" say the same", name, in_milliseconds),
                      "one of them");
    const auto count = reader.integer(in_milliseconds, milliseconds_range);
    if (!count) return duration;
    return Duration{std::chrono::milliseconds{*count}};
}

void check_answer(Reading& reading, const Value& value, const Answer& answer) {
    const auto refuse = [&](const char* name, const std::string& message) {
        const Value* key = value.find(name);
        reading.error(key != nullptr ? key->location : value.location, message);
    };
    if (answer.after && *answer.after < answer.ring)
        refuse(value.find("after_ms") != nullptr ? "after_ms" : "after",
               "\"after\" counts from the INVITE, as \"ring\" does, so it cannot be shorter");
    if (answer.never && (answer.after || value.find("status") != nullptr || answer.hangup_after))
        refuse("never",
               "a phone that never answers has no \"after\", \"status\" or \"hangup_after\"");
    if (answer.status >= 300 && answer.hangup_after)
        refuse("hangup_after",
               fmt::format("a call refused with {} cannot be hung up later", answer.status));
}

Answer read_answer(Reading& reading, const Value& value) {
    Answer answer;
    ObjectReader reader{reading, value, "answer"};
    answer.ring = read_time(reading, reader, "ring").value_or(answer.ring);
    answer.after = read_time(reading, reader, "after");
    answer.never = reader.boolean("never").value_or(false);
    answer.early_media = reader.boolean("early_media").value_or(false);
    answer.status = static_cast<int>(reader.integer("status", {200, 699}).value_or(answer.status));
    answer.reason = reader.string("reason").value_or("");
    answer.hangup_after = reader.duration("hangup_after");
    answer.codecs = read_codecs(reading, reader, {});
    answer.sdp_lines = reader.strings("sdp_lines");
    if (const auto number = reader.integer("payload_type", {0, 127}))
        answer.payload_type = static_cast<int>(*number);
    check_answer(reading, value, answer);
    return answer;
}

SipActor read_sip_actor(Reading& reading, const Value& value) {
    static const json::Choices<AudioStart> starts{{"media_up", AudioStart::media_up},
                                                  {"answer", AudioStart::answer}};
    SipActor actor;
    ObjectReader reader{reading, value, "sip actor"};
    reader.allow("kind");
    actor.user = read_template(reading, reader, "user");
    actor.display_name = read_template(reading, reader, "display_name");
    actor.codecs = read_codecs(reading, reader, {Codec::pcmu, Codec::pcma});
    actor.audio = reader.enumeration("audio", audio_choices()).value_or(actor.audio);
    actor.audio_start = reader.enumeration("audio_start", starts).value_or(actor.audio_start);
    if (const Value* answer = reader.find("answer")) actor.answer = read_answer(reading, *answer);
    return actor;
}

// Steps name their actor by a key, and templates by "${name.uri}".
bool check_actor_name(Reading& reading, const json::Member& member) {
    const auto parsed = parse_template("${" + member.name + ".uri}");
    const bool usable = parsed.ok() && parsed->parts.size() == 1 &&
                        parsed->parts.front().kind == TemplatePart::Kind::actor_uri;
    const auto& reserved = step_keys();
    const bool taken = std::find(reserved.begin(), reserved.end(), member.name) != reserved.end();
    if (usable && !taken) return true;
    reading.error(member.location,
                  fmt::format("\"{}\" cannot be the name of an actor", member.name),
                  taken ? "any name that is not a key of steps: " + json::quoted_list(reserved)
                        : "letters, digits, \"_\" and \"-\"");
    return false;
}

std::optional<Actor> read_actor(Reading& reading, const json::Member& member) {
    static const std::vector<std::string> kinds{"browser", "sip"};
    if (!check_actor_name(reading, member)) return std::nullopt;
    const Value* kind = member.value.find("kind");
    if (kind == nullptr) {
        reading.error(member.value.location,
                      fmt::format("actor \"{}\" has no \"kind\"", member.name),
                      json::quoted_list(kinds));
        return std::nullopt;
    }
    const auto chosen = json::read_choice(reading, *kind, "\"kind\"", kinds);
    if (!chosen) return std::nullopt;
    Actor actor{member.name, member.location, {}};
    if (*chosen == 0)
        actor.kind = read_browser(reading, member.value);
    else
        actor.kind = read_sip_actor(reading, member.value);
    return actor;
}

}  // namespace

std::vector<Actor> read_actors(Reading& reading, const Value& value) {
    std::vector<Actor> actors;
    if (value.kind != json::Kind::object || value.members.empty())
        reading.error(value.location, "\"actors\" must be an object with at least one actor");
    for (const json::Member& member : value.members)
        if (auto actor = read_actor(reading, member)) actors.push_back(std::move(*actor));
    return actors;
}

}  // namespace janus_harness::scenario
