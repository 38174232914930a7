// Protecting and unprotecting a voice packet: our SRTP, libsrtp2's and the ciphers alone, as CPU
// time of this thread. Prints a JSON object a profile.
#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <vector>

#include "bare_crypto.h"
#include "core/random.h"
#include "figures.h"
#include "srtp/session.h"

namespace janus_harness::bench {
namespace {

constexpr std::size_t kRounds = 21;          // of which the median counts
constexpr std::size_t kBatch = 125;          // packets whose bytes are in the cache together
constexpr std::size_t kPackets = 2500;       // a round of one session
constexpr std::size_t kSessions = 5000;      // that take turns, in no order of memory
constexpr std::size_t kHeapSessions = 1000;  // both ends of half as many associations
constexpr std::uint32_t kSsrc = 0x11223344;

using Packet = std::array<std::uint8_t, kPlainPacket + srtp::kMaxTrailer>;

double thread_cpu_us() {
    timespec value{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &value);
    return static_cast<double>(value.tv_sec) * 1e6 + static_cast<double>(value.tv_nsec) / 1e3;
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

Packet voice_packet(std::uint16_t sequence_number) {
    Packet packet{0x80, 0, static_cast<std::uint8_t>(sequence_number >> 8),
                  static_cast<std::uint8_t>(sequence_number)};
    for (int i = 0; i < 4; ++i) {
        packet[static_cast<std::size_t>(8 + i)] = static_cast<std::uint8_t>(kSsrc >> (24 - 8 * i));
    }
    return packet;
}

// Both ends of one association.
class Ends {
  public:
    virtual ~Ends() = default;
    virtual bool protect(Packet& packet, std::uint16_t sequence_number) = 0;
    virtual bool unprotect(Packet& packet, std::uint16_t sequence_number) = 0;
};

srtp::KeyMaterial key_material(srtp::Profile profile, Random& random) {
    srtp::KeyMaterial material{Bytes(srtp::master_key_length(profile)),
                               Bytes(srtp::master_salt_length(profile))};
    for (auto* bytes : {&material.key, &material.salt}) {
        for (auto& byte : *bytes) byte = static_cast<std::uint8_t>(random());
    }
    return material;
}

class SessionEnds final : public Ends {
  public:
    SessionEnds(srtp::Profile profile, srtp::Implementation implementation) {
        static Random random(1);
        const auto keys = key_material(profile, random);
        auto sender = srtp::Session::create(profile, keys, keys, implementation);
        auto receiver = srtp::Session::create(profile, keys, keys, implementation);
        if (!sender || !receiver) give_up("no SRTP session");
        sender_ = std::move(sender).value();
        receiver_ = std::move(receiver).value();
    }
    bool protect(Packet& packet, std::uint16_t) override {
        length_ = kPlainPacket;
        return sender_->protect_rtp(packet, length_);
    }
    bool unprotect(Packet& packet, std::uint16_t) override {
        std::size_t length = length_;
        return receiver_->unprotect_rtp(packet, length) == srtp::Unprotect::ok;
    }

  private:
    std::size_t length_ = 0;
    std::unique_ptr<srtp::Session> sender_;
    std::unique_ptr<srtp::Session> receiver_;
};

class BareEnds final : public Ends {
  public:
    explicit BareEnds(srtp::Profile profile)
        : sender_(bare_profile(srtp::profile_name(profile)), kSsrc),
          receiver_(bare_profile(srtp::profile_name(profile)), kSsrc) {}
    bool protect(Packet& packet, std::uint16_t sequence_number) override {
        sender_.protect(packet.data(), sequence_number);
        return true;
    }
    bool unprotect(Packet& packet, std::uint16_t sequence_number) override {
        return receiver_.unprotect(packet.data(), sequence_number);
    }

  private:
    BareCipher sender_;
    BareCipher receiver_;
};

using MakeEnds = std::function<std::unique_ptr<Ends>()>;

// CPU time a packet.
struct Cost {
    double protect_us = 0;
    double unprotect_us = 0;
};

// CPU time of the packets number `first` and following, until the batch is full. Packet `n` is that
// of session n modulo their number, so that each session sees consecutive sequence numbers.
Cost measure_batch(const std::vector<std::unique_ptr<Ends>>& ends, std::size_t first,
                   std::vector<Packet>& batch) {
    const auto session = [&](std::size_t i) -> Ends& { return *ends[(first + i) % ends.size()]; };
    const auto number = [&](std::size_t i) {
        return static_cast<std::uint16_t>((first + i) / ends.size() + 1);
    };
    for (std::size_t i = 0; i < batch.size(); ++i) batch[i] = voice_packet(number(i));
    bool good = true;
    const double begin = thread_cpu_us();
    for (std::size_t i = 0; i < batch.size(); ++i) {
        good = session(i).protect(batch[i], number(i)) && good;
    }
    const double middle = thread_cpu_us();
    for (std::size_t i = 0; i < batch.size(); ++i) {
        good = session(i).unprotect(batch[i], number(i)) && good;
    }
    const double end = thread_cpu_us();
    if (!good) give_up("a packet was refused");
    return {middle - begin, end - middle};
}

// Rounds of `packets` packets, spread evenly over `ends`.
Cost measure(const std::vector<std::unique_ptr<Ends>>& ends, std::size_t packets) {
    std::vector<double> protecting;
    std::vector<double> unprotecting;
    std::vector<Packet> batch(kBatch);
    for (std::size_t round = 0, done = 0; round < kRounds; ++round) {
        Cost sum;
        for (std::size_t i = 0; i < packets; i += kBatch, done += kBatch) {
            const Cost cost = measure_batch(ends, done, batch);
            sum.protect_us += cost.protect_us;
            sum.unprotect_us += cost.unprotect_us;
        }
        protecting.push_back(sum.protect_us / static_cast<double>(packets));
        unprotecting.push_back(sum.unprotect_us / static_cast<double>(packets));
    }
    return {median(protecting), median(unprotecting)};
}

Cost measure_one(const MakeEnds& make) {
    std::vector<std::unique_ptr<Ends>> ends;
    ends.push_back(make());
    return measure(ends, kPackets);
}

// Not for libsrtp2: NSS takes minutes to give so many sessions back.
Cost measure_in_turn(const MakeEnds& make) {
    std::vector<std::unique_ptr<Ends>> ends;
    for (std::size_t i = 0; i < kSessions; ++i) ends.push_back(make());
    Random random(2);
    for (std::size_t i = kSessions; i > 1; --i) std::swap(ends[i - 1], ends[random.below(i)]);
    return measure(ends, kSessions);
}

// Of a session that has sent and received.
double heap_bytes_per_session(const MakeEnds& make) {
    std::vector<std::unique_ptr<Ends>> ends;
    ends.reserve(kHeapSessions / 2);
    const std::size_t before = heap_bytes();
    for (std::size_t i = 0; i < kHeapSessions / 2; ++i) {
        ends.push_back(make());
        Packet packet = voice_packet(1);
        if (!ends.back()->protect(packet, 1) || !ends.back()->unprotect(packet, 1)) {
            give_up("a packet was refused");
        }
    }
    return static_cast<double>(heap_bytes() - before) / kHeapSessions;
}

void run(srtp::Profile profile) {
    using srtp::Implementation;
    const MakeEnds ours = [profile] {
        return std::make_unique<SessionEnds>(profile, Implementation::openssl);
    };
    const MakeEnds theirs = [profile] {
        return std::make_unique<SessionEnds>(profile, Implementation::libsrtp2);
    };
    const MakeEnds bare = [profile] { return std::make_unique<BareEnds>(profile); };
    const Cost own = measure_one(ours);
    const Cost library = measure_one(theirs);
    const Cost cipher = measure_one(bare);
    const Cost own_in_turn = measure_in_turn(ours);
    const Cost cipher_in_turn = measure_in_turn(bare);
    const double cipher_us = (cipher.protect_us + cipher.unprotect_us) / 2;
    print_figures({{"profile", srtp::profile_name(profile)}},
                  {{"protect_us", own.protect_us},
                   {"unprotect_us", own.unprotect_us},
                   {"libsrtp2_protect_us", library.protect_us},
                   {"libsrtp2_unprotect_us", library.unprotect_us},
                   {"bare_protect_us", cipher.protect_us},
                   {"bare_unprotect_us", cipher.unprotect_us},
                   {"cipher_us", cipher_us},
                   {"ratio", (own.protect_us + own.unprotect_us) / 2 / cipher_us},
                   {"in_turn_protect_us", own_in_turn.protect_us},
                   {"in_turn_unprotect_us", own_in_turn.unprotect_us},
                   {"bare_in_turn_protect_us", cipher_in_turn.protect_us},
                   {"bare_in_turn_unprotect_us", cipher_in_turn.unprotect_us},
                   {"heap_bytes", heap_bytes_per_session(ours)},
                   {"libsrtp2_heap_bytes", heap_bytes_per_session(theirs)}});
}

}  // namespace
}  // namespace janus_harness::bench

int main() {
    for (const auto profile : janus_harness::srtp::all_profiles) janus_harness::bench::run(profile);
    return 0;
}
