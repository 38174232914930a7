#include <doctest/doctest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "audio/one_way_delay.h"
#include "rtp/reception_statistics.h"
#include "rtp/sender.h"
#include "stream_simulation.h"

using namespace janus_harness;
using namespace janus_harness::audio;
using namespace janus_harness::audio::test;

namespace {

std::atomic<long> allocations{0};

// One direction of a call as the harness carries it, without sockets and SRTP.
class Direction {
  public:
    Direction(Random& random, std::uint32_t stream_id, CodecKind kind)
        : sender(random, 0, codec(kind).rtp_clock_rate, codec(kind).timestamp_step()),
          source(stream_id, kind),
          reception(codec(kind).rtp_clock_rate),
          verifier(stream_id, kind) {}

    void packet(TimePoint now, std::span<std::uint8_t> buffer) {
        const std::size_t size =
            sender.write_packet(now, source.payload_for(sender.packets()), buffer);
        const auto view = rtp::RtpPacketView::parse(buffer.first(size));
        const TimePoint arrival = now + std::chrono::milliseconds(1);
        const rtp::Arrival heard = reception.handle_packet(arrival, *view);
        verifier.handle_packet(arrival, heard.extended_sequence, view->payload());
        if (delay.delay_of(verifier, sender, heard.extended_sequence, arrival)) ++delays;
    }

    rtp::Sender sender;
    IdentitySource source;
    rtp::ReceptionStatistics reception;
    IdentityVerifier verifier;
    OneWayDelay delay;
    int delays = 0;
};

}  // namespace

void* operator new(std::size_t size) {
    ++allocations;
    if (void* memory = std::malloc(size)) return memory;
    throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    ++allocations;
    return std::malloc(size);
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

// With --duration this also says what a packet costs: 100 calls of 1000 packets.
TEST_CASE("a packet allocates nothing, from payload to delay") {
    Random random(1);
    Bytes buffer(1500);
    std::vector<Direction> calls;
    for (std::uint32_t i = 0; i < 100; ++i) calls.emplace_back(random, i * 977, CodecKind::pcmu);
    const long before = allocations;
    for (int i = 0; i < 1000; ++i) {
        for (Direction& call : calls) call.packet(arrival_time(i), buffer);
    }
    CHECK(allocations == before);
    for (const Direction& call : calls) {
        CHECK(call.verifier.result().verdict == IdentityVerdict::proven);
        CHECK(call.delays > 950);
        CHECK(call.reception.counts().lost() == 0);
    }
}

TEST_CASE("a direction of a call takes little memory") {
    CHECK(sizeof(Direction) < 2560);
}
