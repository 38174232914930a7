// The media of N calls with nothing but system calls and OpenSSL's EVP: what the benchmarks
// "media", "far_end" and "scale" stand beside. Of the cipher there is a cheaper way than EVP's
// HMAC, so what is all but bare elsewhere may come out below it; of the system calls we know none.
//
// Included, for each call 50 times a second: a packet of 172 bytes copied, its header written,
// encrypted and authenticated with OpenSSL contexts of the call's own, and sent to an address
// of its own; one received, authenticated and decrypted with another context of the call's own. One
// socket for all calls, sendmmsg and recvmmsg in batches of 32, one wake a millisecond which sends
// what a twentieth of the calls have due and takes everything that has arrived. The kernel's work
// of both system calls, with loopback's delivery to the receiving socket, is in it.
//
// Not included: the reflector (a process of its own, which sends back what comes, so that the
// cipher text which arrives is our own), statistics, RTCP, consent checks, time stamps of packets,
// replay windows, the choice of a peer by its address, clients and event loops of any kind.
#include <arpa/inet.h>
#include <fcntl.h>
#include <time.h>

#include <CLI/CLI.hpp>
#include <cstring>
#include <string>
#include <vector>

#include "bare_crypto.h"
#include "bare_udp.h"
#include "figures.h"

namespace janus_harness::bench {
namespace {

constexpr unsigned int kSlots = 20;  // of a millisecond each: a call is due every 20 ms

struct Options {
    std::size_t calls = 1000;
    double seconds = 5;
    double warm_up = 1;
    std::string profile = "AES_CM_128_HMAC_SHA1_80";
    int core = -1;
    int reflector_core = -1;
};

struct Call {
    Call(BareProfile profile, std::uint32_t number)
        : sending(profile, number), receiving(profile, number) {}
    BareCipher sending;
    BareCipher receiving;
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    std::array<std::uint8_t, kRtpPayload> audio{};
};

class BareLoop {
  public:
    explicit BareLoop(const Options& options)
        : profile_(bare_profile(options.profile)),
          socket_(bind_loopback()),
          reflector_(options.reflector_core, options.calls) {
        fcntl(socket_.fd, F_SETFL, O_NONBLOCK);
        calls_.reserve(options.calls);
        for (std::uint32_t i = 0; i < options.calls; ++i) calls_.emplace_back(profile_, i);
    }

    void run(double seconds) {
        const double end = monotonic_s() + seconds;
        clock_gettime(CLOCK_MONOTONIC, &next_tick_);
        while (monotonic_s() < end) {
            wait_for_tick();
            send_due();
            receive_all();
            ++tick_;
        }
    }
    // What is on its way when sending ends.
    void drain() {
        for (int i = 0; i < 20; ++i) {
            const timespec pause{.tv_sec = 0, .tv_nsec = 5'000'000};
            nanosleep(&pause, nullptr);
            receive_all();
        }
    }
    std::uint64_t sent() const { return sent_; }
    std::uint64_t received() const { return received_; }

  private:
    void wait_for_tick() {
        next_tick_.tv_nsec += 1'000'000;
        if (next_tick_.tv_nsec >= 1'000'000'000) {
            next_tick_.tv_nsec -= 1'000'000'000;
            ++next_tick_.tv_sec;
        }
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next_tick_, nullptr);
    }

    void send_due() {
        unsigned int filled = 0;
        for (std::size_t i = tick_ % kSlots; i < calls_.size(); i += kSlots) {
            fill(outgoing_.bytes(filled), calls_[i], static_cast<std::uint32_t>(i));
            const sockaddr_in& peer = reflector_.addresses()[i];
            outgoing_.prepare(filled, peer, kPlainPacket + tag_length(profile_));
            if (++filled < kBatch) continue;
            outgoing_.send(socket_.fd, filled);
            filled = 0;
        }
        outgoing_.send(socket_.fd, filled);
    }

    void fill(std::uint8_t* packet, Call& call, std::uint32_t number) {
        const std::uint64_t index = call.sent++;
        const std::uint16_t sequence = htons(static_cast<std::uint16_t>(index));
        const std::uint32_t timestamp = htonl(static_cast<std::uint32_t>(index * kRtpPayload));
        packet[0] = 0x80;
        packet[1] = 0;
        std::memcpy(packet + 2, &sequence, sizeof sequence);
        std::memcpy(packet + 4, &timestamp, sizeof timestamp);
        std::memcpy(packet + 8, &number, sizeof number);
        std::memcpy(packet + kRtpHeader, call.audio.data(), call.audio.size());
        call.sending.protect(packet, index);
        ++sent_;
    }

    void receive_all() {
        for (;;) {
            const unsigned int count = incoming_.receive(socket_.fd, MSG_DONTWAIT);
            for (unsigned int i = 0; i < count; ++i) take(incoming_.bytes(i));
            if (count < kBatch) return;
        }
    }

    void take(std::uint8_t* packet) {
        std::uint32_t number = 0;
        std::memcpy(&number, packet + 8, sizeof number);
        Call& call = calls_[number];
        std::uint16_t sequence = 0;
        std::memcpy(&sequence, packet + 2, sizeof sequence);
        const std::uint64_t index = (call.received & ~0xffffULL) | ntohs(sequence);
        call.received = index + 1;
        if (!call.receiving.unprotect(packet, index)) give_up("a tag was wrong in the bare loop");
        ++received_;
    }

    BareProfile profile_;
    BoundSocket socket_;
    Reflector reflector_;
    std::vector<Call> calls_;
    DatagramBatch outgoing_;
    DatagramBatch incoming_;
    timespec next_tick_{};
    std::size_t tick_ = 0;
    std::uint64_t sent_ = 0;
    std::uint64_t received_ = 0;
};

Options read_options(int argc, char** argv) {
    Options options;
    CLI::App app{"CPU of the media of N calls, with nothing but system calls and the cipher"};
    app.add_option("--calls", options.calls);
    app.add_option("--seconds", options.seconds);
    app.add_option("--warm-up", options.warm_up, "seconds before the measured ones");
    app.add_option("--profile", options.profile, "SRTP profile, or none");
    app.add_option("--core", options.core);
    app.add_option("--reflector-core", options.reflector_core);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        std::exit(app.exit(error));
    }
    return options;
}

void measure(const Options& options) {
    raise_descriptor_limit();
    pin_to_core(options.core);
    BareLoop loop(options);
    loop.run(options.warm_up);
    const double cpu_before = process_cpu_s();
    const std::uint64_t sent_before = loop.sent();
    const double time_before = monotonic_s();
    loop.run(options.seconds);
    const double cpu = process_cpu_s() - cpu_before;
    const double elapsed = monotonic_s() - time_before;
    const auto packets = static_cast<double>(loop.sent() - sent_before);
    loop.drain();
    // A call-second is 50 packets, however long the loop took to send them.
    print_figures({{"profile", options.profile}},
                  {{"calls", static_cast<double>(options.calls)},
                   {"seconds", elapsed},
                   {"cpu_s", cpu},
                   {"cpu_ms_per_call_s", cpu * 1e3 / (packets / 50)},
                   {"sent", static_cast<double>(loop.sent())},
                   {"received", static_cast<double>(loop.received())}});
}

}  // namespace
}  // namespace janus_harness::bench

int main(int argc, char** argv) {
    janus_harness::bench::measure(janus_harness::bench::read_options(argc, argv));
}
