#include "harness/scenario/read_scenario.h"

namespace janus_harness::scenario {
namespace {

using json::Need;
using json::ObjectReader;
using json::Range;
using json::Reading;
using json::Value;

constexpr Range<std::int64_t> at_least_one{1, INT32_MAX};

std::optional<std::uint64_t> read_count(ObjectReader& reader, std::string_view name) {
    const auto count = reader.integer(name, at_least_one);
    if (!count) return std::nullopt;
    return static_cast<std::uint64_t>(*count);
}

}  // namespace

JanusSettings read_janus(Reading& reading, const Value& value) {
    JanusSettings janus;
    ObjectReader reader{reading, value, "janus"};
    janus.transport =
        reader.enumeration("transport", transport_choices()).value_or(janus.transport);
    janus.url = reader.string("url");
    janus.admin_url = reader.string("admin_url");
    janus.api_secret = reader.string("api_secret");
    janus.token = reader.string("token");
    janus.request_timeout = reader.duration("request_timeout").value_or(janus.request_timeout);
    if (const auto maxev = reader.integer("maxev", {1, 1000}))
        janus.maxev = static_cast<int>(*maxev);
    janus.keepalive = reader.duration("keepalive").value_or(janus.keepalive);
    return janus;
}

SipSettings read_sip(Reading& reading, const Value& value) {
    ObjectReader reader{reading, value, "sip"};
    SipSettings sip;
    sip.domain = reader.string("domain");
    sip.proxy = reader.string("proxy");
    sip.accounts = reader.string("accounts");
    return sip;
}

FarEnd read_far_end(Reading& reading, const Value& value) {
    static const json::Choices<FarEndMode> modes{{"builtin", FarEndMode::builtin},
                                                 {"register", FarEndMode::register_there},
                                                 {"listen", FarEndMode::listen},
                                                 {"none", FarEndMode::none}};
    static const json::Choices<DigestAlgorithm> digests{{"md5", DigestAlgorithm::md5},
                                                        {"sha-256", DigestAlgorithm::sha256}};
    FarEnd far_end;
    ObjectReader reader{reading, value, "far_end"};
    far_end.mode = reader.enumeration("mode", modes).value_or(far_end.mode);
    far_end.address = reader.string("address");
    far_end.callee = reader.string("callee");
    far_end.accounts = reader.string("accounts");
    far_end.record_route = reader.boolean("record_route").value_or(false);
    far_end.digest = reader.enumeration("digest", digests).value_or(far_end.digest);
    return far_end;
}

Testbed read_testbed(Reading& reading, const Value& value) {
    static const json::Choices<ProxyKind> proxies{{"builtin", ProxyKind::builtin},
                                                  {"kamailio", ProxyKind::kamailio}};
    Testbed testbed;
    ObjectReader reader{reading, value, "testbed"};
    testbed.janus_path = reader.string("janus_path");
    testbed.kill_janus_after = reader.duration("kill_janus_after");
    testbed.full_trickle = reader.boolean("full_trickle").value_or(false);
    testbed.proxy = reader.enumeration("proxy", proxies).value_or(testbed.proxy);
    return testbed;
}

Media read_media(Reading& reading, const Value& value) {
    static const json::Choices<SrtpImplementation> implementations{
        {"openssl", SrtpImplementation::openssl}, {"libsrtp2", SrtpImplementation::libsrtp2}};
    static const json::Choices<MediaSockets> sockets{{"shared", MediaSockets::shared},
                                                     {"per_call", MediaSockets::per_call}};
    Media media;
    ObjectReader reader{reading, value, "media"};
    media.drain = reader.duration("drain").value_or(media.drain);
    media.dtls = reader.enumeration("dtls", dtls_choices()).value_or(media.dtls);
    media.sockets = reader.enumeration("sockets", sockets).value_or(media.sockets);
    media.srtp = reader.enumeration("srtp", implementations).value_or(media.srtp);
    return media;
}

Impairment read_impairment(Reading& reading, const Value& value) {
    using Direction = Impairment::Direction;
    static const json::Choices<Direction> directions{{"to_browser", Direction::to_browser},
                                                     {"to_far_end", Direction::to_far_end},
                                                     {"from_browser", Direction::from_browser},
                                                     {"from_far_end", Direction::from_far_end}};
    Impairment impairment;
    ObjectReader reader{reading, value, "impairment"};
    impairment.direction =
        reader.enumeration("direction", directions, Need::required).value_or(impairment.direction);
    const bool every = reader.find("drop_every") != nullptr;
    const bool probability = reader.find("drop_probability") != nullptr;
    if (const auto count = read_count(reader, "drop_every"))
        impairment.drop_every = static_cast<std::uint32_t>(*count);
    impairment.drop_probability = reader.number("drop_probability", {0, 1});
    if (every == probability)
        reading.error(value.location,
                      every
                          ? "an impairment cannot have both \"drop_every\" and \"drop_probability\""
                          : "an impairment must say what it drops",
                      "exactly one of \"drop_every\", \"drop_probability\"");
    return impairment;
}

Generator read_generator(Reading& reading, const Value& value) {
    Generator generator;
    ObjectReader reader{reading, value, "generator"};
    const auto read = [&](const char* name, Duration& limit) {
        limit = reader.duration(name).value_or(limit);
    };
    read("max_send_lateness", generator.max_send_lateness);
    read("max_loop_lag", generator.max_loop_lag);
    read("max_stall", generator.max_stall);
    read("max_run_delay", generator.max_run_delay);
    const auto workers = reader.integer("workers", {1, 1024});
    if (workers) generator.workers = static_cast<std::uint32_t>(*workers);
    return generator;
}

Probe read_probe(Reading& reading, const Value& value) {
    Probe probe;
    ObjectReader reader{reading, value, "probe"};
    probe.interval = reader.duration("interval").value_or(probe.interval);
    if (probe.interval < std::chrono::milliseconds{1})
        reading.error(reader.find("interval")->location, "\"interval\" must be 1 ms or more");
    probe.idle = reader.duration("idle").value_or(probe.idle);
    return probe;
}

}  // namespace janus_harness::scenario
