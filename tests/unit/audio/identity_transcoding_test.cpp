#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "stream_simulation.h"

using namespace janus_harness;
using namespace janus_harness::audio;
using namespace janus_harness::audio::test;

namespace {

// Decodes one codec and encodes another at the latter's rate, with the frames cut at other places.
class Transcoder {
  public:
    Transcoder(CodecKind from, CodecKind to, std::size_t shift)
        : decoder_(make_decoder(
              codec(from).name,
              {.sample_rate = codec(to).sample_rate == 48000 ? 48000 : codec(to).sample_rate})),
          encoder_(make_encoder(codec(to).name)),
          frame_(codec(to).frame_samples()),
          pending_(shift) {}

    Bytes transcode(ByteView payload) {
        std::vector<std::int16_t> samples(frame_);
        REQUIRE(decoder_.value()->decode(payload, samples) == frame_);
        pending_.insert(pending_.end(), samples.begin(), samples.end());
        Bytes out(1276);
        out.resize(encoder_.value()->encode(std::span(pending_).first(frame_), out));
        pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(frame_));
        return out;
    }

  private:
    Result<std::unique_ptr<Decoder>> decoder_;
    Result<std::unique_ptr<Encoder>> encoder_;
    std::size_t frame_;
    std::vector<std::int16_t> pending_;
};

struct Path {
    CodecKind from;
    CodecKind to;
    std::size_t shift;  // samples
};

constexpr Path kPaths[] = {
    {CodecKind::pcmu, CodecKind::pcma, 0},   {CodecKind::pcmu, CodecKind::pcma, 50},
    {CodecKind::pcma, CodecKind::pcmu, 111}, {CodecKind::opus, CodecKind::pcmu, 30},
    {CodecKind::g722, CodecKind::pcma, 20},  {CodecKind::opus, CodecKind::g722, 77},
    {CodecKind::g722, CodecKind::g722, 0},   {CodecKind::opus, CodecKind::opus, 480},
};

// Plays ten seconds of `stream_id` over a transcoding path that then loses packets.
IdentityResult hear(const Path& path, std::uint32_t stream_id, std::uint32_t expected_id,
                    double loss, std::uint64_t seed = 21) {
    Random random(seed);
    const IdentitySource source(stream_id, path.from);
    Transcoder transcoder(path.from, path.to, path.shift);
    IdentityVerifier verifier(expected_id, path.to);
    for (int i = 0; i < 500; ++i) {
        const Bytes payload =
            transcoder.transcode(source.payload_for(static_cast<std::uint64_t>(i)));
        if (random.unit() >= loss) verifier.handle_packet(arrival_time(i), i, payload);
    }
    return verifier.result();
}

}  // namespace

TEST_CASE("a transcoded stream is proven by its sound") {
    for (const Path& path : kPaths) {
        CAPTURE(std::string(codec(path.from).name));
        CAPTURE(std::string(codec(path.to).name));
        CAPTURE(path.shift);
        const IdentityResult clean = hear(path, 0xbeef1, 0xbeef1, 0);
        CHECK(clean.verdict == IdentityVerdict::proven);
        CHECK(clean.matched > 100);
        for (std::uint64_t seed = 0; seed < 5; ++seed) {
            const IdentityResult lossy = hear(path, 0xbeef1, 0xbeef1, 0.3, seed);
            CAPTURE(lossy.matched);
            CAPTURE(lossy.other_symbol);
            CAPTURE(lossy.unrecognized);
            CHECK(lossy.verdict == IdentityVerdict::proven);
        }
    }
}

TEST_CASE("a transcoded neighbour is not proven") {
    for (const Path& path : kPaths) {
        CAPTURE(std::string(codec(path.from).name));
        CAPTURE(std::string(codec(path.to).name));
        CAPTURE(path.shift);
        const IdentityResult result = hear(path, 0xbeef2, 0xbeef1, 0);
        CHECK(result.verdict == IdentityVerdict::other_stream);
        CHECK(result.other_stream_id == 0xbeef2);
        CHECK(hear(path, 0xbeef2, 0xbeef1, 0.5).verdict != IdentityVerdict::proven);
    }
}
