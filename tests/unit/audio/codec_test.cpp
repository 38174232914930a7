#include "audio/codec.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "audio/tone.h"
#include "core/random.h"

using namespace janus_harness;
using namespace janus_harness::audio;

namespace {

constexpr const char* kNames[] = {"opus", "PCMU", "PCMA", "G722"};

// Half a second of a tone through encoder and decoder; the last frame decoded.
std::vector<std::int16_t> through(Encoder& encoder, Decoder& decoder, double frequency) {
    const std::uint32_t rate = encoder.codec().sample_rate;
    Tone tone(frequency, rate, 0.3);
    std::vector<std::int16_t> samples(encoder.codec().frame_samples());
    std::vector<std::int16_t> decoded(decoder.sample_rate() / 50);
    Bytes payload(1276);
    for (int i = 0; i < 25; ++i) {
        tone.generate(samples);
        const std::size_t size = encoder.encode(samples, payload);
        REQUIRE(size > 0);
        REQUIRE(decoder.decode(ByteView(payload).first(size), decoded) == decoded.size());
    }
    return decoded;
}

}  // namespace

TEST_CASE("codecs are known by their encoding names, without case") {
    REQUIRE(find_codec("pcmu") != nullptr);
    CHECK(find_codec("pcmu")->static_payload_type == 0);
    CHECK(find_codec("PCMA")->static_payload_type == 8);
    CHECK(find_codec("OPUS")->timestamp_step() == 960);
    CHECK_FALSE(find_codec("opus")->static_payload_type.has_value());
    CHECK(find_codec("telephone-event") == nullptr);
    CHECK(make_encoder("GSM").error().code == "codec_unknown");
    CHECK(make_decoder("GSM").error().code == "codec_unknown");
}

TEST_CASE("G.722 runs at 16 kHz but counts 8 kHz in RTP (RFC 3551 4.5.2)") {
    CHECK(codec(CodecKind::g722).timestamp_step() == 160);
    CHECK(codec(CodecKind::g722).frame_samples() == 320);
    CHECK(codec(CodecKind::g722).static_payload_type == 9);
}

TEST_CASE("a tone survives every codec") {
    for (const char* name : kNames) {
        CAPTURE(std::string(name));
        auto encoder = make_encoder(name);
        auto decoder = make_decoder(name);
        REQUIRE(encoder.ok());
        REQUIRE(decoder.ok());
        const auto decoded = through(*encoder.value(), *decoder.value(), 1000);
        const std::uint32_t rate = decoder.value()->sample_rate();
        CHECK(ToneDetector(1000, rate).share(decoded) > 0.95);
        CHECK(mean_power(decoded) == doctest::Approx(0.09 * 32767 * 32767 / 2).epsilon(0.1));
        CHECK(ToneDetector(1050, rate).share(decoded) < 0.02);
    }
}

TEST_CASE("opus and G.722 are decoded at 8 kHz too") {
    for (const char* name : {"opus", "G722"}) {
        CAPTURE(std::string(name));
        auto encoder = make_encoder(name);
        auto decoder = make_decoder(name, {.sample_rate = 8000});
        REQUIRE(decoder.ok());
        const auto decoded = through(*encoder.value(), *decoder.value(), 2800);
        CHECK(decoded.size() == 160);
        CHECK(ToneDetector(2800, 8000).share(decoded) > 0.9);
    }
}

TEST_CASE("opus carries stereo") {
    auto encoder = make_encoder("opus", {.stereo = true, .bitrate = 64000});
    auto decoder = make_decoder("opus", {.stereo = true});
    REQUIRE(encoder.ok());
    REQUIRE(decoder.ok());
    Bytes payload(1276);
    std::vector<std::int16_t> samples(1920);
    std::vector<std::int16_t> decoded(1920);
    CHECK(encoder.value()->encode(std::span(samples).first(960), payload) == 0);
    const std::size_t size = encoder.value()->encode(samples, payload);
    CHECK(size == 160);
    CHECK(decoder.value()->decode(ByteView(payload).first(size), decoded) == 960);
}

TEST_CASE("options that a codec has not are refused") {
    CHECK(make_encoder("PCMU", {.stereo = true}).error().code == "codec_options");
    CHECK(make_decoder("PCMA", {.stereo = true}).error().code == "codec_options");
    CHECK(make_decoder("PCMA", {.sample_rate = 16000}).error().code == "codec_options");
    CHECK(make_decoder("G722", {.sample_rate = 48000}).error().code == "codec_options");
    CHECK(make_decoder("opus", {.sample_rate = 44100}).error().code == "codec_options");
    CHECK(make_encoder("opus", {.bitrate = -7}).error().code == "codec_options");
}

TEST_CASE("G.711 agrees with values of ITU-T G.711") {
    auto encoder = make_encoder("PCMU");
    auto decoder = make_decoder("PCMU");
    const Bytes codes{0xff, 0x7f, 0x80, 0x00};
    std::vector<std::int16_t> samples(4);
    REQUIRE(decoder.value()->decode(codes, samples) == 4);
    CHECK(samples == std::vector<std::int16_t>{0, 0, 32124, -32124});
    Bytes payload(160);
    REQUIRE(encoder.value()->encode(std::vector<std::int16_t>(160), payload) == 160);
    CHECK(payload == Bytes(160, 0xff));
    auto a_law = make_encoder("PCMA");
    REQUIRE(a_law.value()->encode(std::vector<std::int16_t>(160), payload) == 160);
    CHECK(payload == Bytes(160, 0xd5));
}

TEST_CASE("wrong lengths give nothing") {
    for (const char* name : kNames) {
        CAPTURE(std::string(name));
        auto encoder = make_encoder(name);
        const std::size_t frame = encoder.value()->codec().frame_samples();
        Bytes payload(1276);
        CHECK(encoder.value()->encode(std::vector<std::int16_t>(frame - 1), payload) == 0);
        CHECK(encoder.value()->encode(std::vector<std::int16_t>(frame), {}) == 0);
        auto decoder = make_decoder(name);
        std::vector<std::int16_t> samples(10);
        CHECK(decoder.value()->decode({}, samples) == 0);
        CHECK(decoder.value()->decode(payload, samples) == 0);
    }
}

TEST_CASE("decoders survive any bytes") {
    Random random(99);
    std::vector<std::int16_t> samples(5760);
    for (const char* name : kNames) {
        auto decoder = make_decoder(name);
        for (int round = 0; round < 2000; ++round) {
            Bytes payload(random.below(400));
            for (auto& byte : payload) byte = static_cast<std::uint8_t>(random());
            REQUIRE(decoder.value()->decode(payload, samples) <= samples.size());
        }
    }
}
