// CPU of the SIP leg: the harness's own audio legs, media sockets and pacer on its own event loop,
// put together as its worker and its phones do it. The other ends are a reflector in a process of
// its own. SIP itself is not in it.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <deque>
#include <memory>
#include <string>

#include "bare_udp.h"
#include "figures.h"
#include "harness/media/audio_leg.h"
#include "harness/media/media_sockets.h"
#include "harness/media/pacer.h"
#include "metrics/histogram.h"
#include "net/loop.h"
#include "net/timer.h"

namespace janus_harness::bench {
namespace {

struct Options {
    std::size_t calls = 1000;
    double seconds = 5;
    double warm_up = 1;
    int core = -1;
    int reflector_core = -1;
};

// Does with its leg and its ports what the harness's phone does.
class Phone : public media::PacketSink {
  public:
    Phone(net::Loop& loop, media::MediaSockets& sockets, const SocketAddress& remote,
          metrics::Histogram& delays, Random& random, std::uint32_t number)
        : remote_(remote), timer_(loop, [this](TimePoint now) { handle_timeout(now); }) {
        auto ports = sockets.open_phone_ports(rtp_, rtcp_);
        if (!ports) give_up(ports.error().message);
        ports_ = std::move(ports).value();
        if (!ports_.rtp->claim(remote_)) give_up("two calls share both ends");
        ports_.rtcp->claim(remote_);
        media::AudioLegConfig config;
        config.codec = "PCMU";
        config.ssrc = number + 1;
        config.cname = "bench";
        config.stream_id = config.expected_stream_id = number;  // what it hears is its own
        config.delays = &delays;
        auto leg = media::AudioLeg::create(config, *this, random);
        if (!leg) give_up(leg.error().message);
        leg_ = std::move(leg).value();
        leg_->set_peer(leg_.get());
    }
    ~Phone() override {
        leg_->set_peer(nullptr);
        ports_.rtp->release();
        ports_.rtcp->release();
    }
    Phone(const Phone&) = delete;
    Phone& operator=(const Phone&) = delete;

    std::span<std::uint8_t> packet_buffer() override { return ports_.rtp->reserve(); }
    bool send_rtp(std::size_t length) override {
        ports_.rtp->commit(remote_, length);
        return true;
    }
    bool send_rtcp(std::span<std::uint8_t> buffer, std::size_t length) override {
        return ports_.rtcp->send_now(remote_, buffer.first(length));
    }
    void flush() override { ports_.rtp->flush(); }

    void start(media::Pacer& pacer, TimePoint now) { leg_->start(pacer, now); }
    void arm() {
        if (const auto due = leg_->next_timeout()) timer_.start_at(*due);
    }
    media::AudioLeg& leg() { return *leg_; }

  private:
    struct RtpReceiver : media::DatagramReceiver {
        explicit RtpReceiver(Phone& owner) : phone(owner) {}
        void receive(TimePoint arrival, const SocketAddress&,
                     std::span<std::uint8_t> bytes) override {
            phone.leg_->receive_rtp(arrival, bytes);
        }
        Phone& phone;
    };
    struct RtcpReceiver : media::DatagramReceiver {
        explicit RtcpReceiver(Phone& owner) : phone(owner) {}
        void receive(TimePoint arrival, const SocketAddress&,
                     std::span<std::uint8_t> bytes) override {
            phone.leg_->receive_rtcp(arrival, bytes);
        }
        Phone& phone;
    };

    void handle_timeout(TimePoint now) {
        leg_->handle_timeout(now);
        arm();
    }

    SocketAddress remote_;
    RtpReceiver rtp_{*this};
    RtcpReceiver rtcp_{*this};
    net::Timer timer_;  // RTCP
    media::PhonePorts ports_;
    std::unique_ptr<media::AudioLeg> leg_;
};

media::MediaSocketsOptions socket_options() {
    media::MediaSocketsOptions options;
    options.browser_address = options.phone_address =
        SocketAddress::from_ip("127.0.0.1", 0).value();
    return options;
}

class FarEnd {
  public:
    explicit FarEnd(const Options& options)
        : reflector_(options.reflector_core, options.calls),
          random_(1),
          sockets_(loop_, random_, socket_options()),
          pacer_(&net::Loop::now),
          tick_timer_(loop_, [this](TimePoint now) { tick(now); }),
          end_timer_(loop_, [this](TimePoint) { loop_.stop(); }) {
        for (std::uint32_t i = 0; i < options.calls; ++i) {
            phones_.emplace_back(loop_, sockets_, SocketAddress(reflector_.addresses()[i]), delays_,
                                 random_, i);
        }
    }

    // Calls begin over 20 ms, so that every slot of the pacer has its share.
    void start() {
        for (std::size_t i = 0; i < phones_.size(); ++i) {
            const auto offset = media::Pacer::kTick * static_cast<long>(i % media::Pacer::kSlots);
            phones_[i].start(pacer_, net::Loop::now() + offset);
        }
        arm_tick();
    }
    void run(double seconds) {
        end_timer_.start_at(net::Loop::now() + from_seconds(seconds));
        loop_.run();
    }
    void stop() {
        for (Phone& phone : phones_) phone.leg().stop(net::Loop::now());
    }
    double sent() {
        double sum = 0;
        for (Phone& phone : phones_) sum += static_cast<double>(phone.leg().packets_sent());
        return sum;
    }
    double received() {
        double sum = 0;
        for (Phone& phone : phones_) sum += static_cast<double>(phone.leg().packets_received());
        return sum;
    }
    double worst_lateness_ms() const { return to_milliseconds(worst_lateness_); }

  private:
    void tick(TimePoint now) {
        const auto report = pacer_.tick(now);
        sockets_.flush();
        sockets_.receive(net::Loop::now() + media::Pacer::kTick);
        worst_lateness_ = std::max(worst_lateness_, report.worst_lateness);
        arm_tick();
        if (phones_armed_ || report.packets == 0) return;
        for (Phone& phone : phones_) phone.arm();
        phones_armed_ = true;
    }
    void arm_tick() {
        sockets_.set_polled(pacer_.size() > 0);
        if (const auto due = pacer_.next_timeout()) tick_timer_.start_at(*due);
    }

    Reflector reflector_;
    net::Loop loop_;
    Random random_;
    media::MediaSockets sockets_;
    media::Pacer pacer_;
    metrics::Histogram delays_;
    net::Timer tick_timer_;
    net::Timer end_timer_;
    std::deque<Phone> phones_;
    Duration worst_lateness_{};
    bool phones_armed_ = false;
};

void measure(const Options& options) {
    raise_descriptor_limit();
    pin_to_core(options.core);
    FarEnd far_end(options);
    far_end.start();
    far_end.run(options.warm_up);
    const double sent_before = far_end.sent();
    const double cpu_before = process_cpu_s();
    far_end.run(options.seconds);
    const double cpu = process_cpu_s() - cpu_before;
    const double packets = far_end.sent() - sent_before;
    far_end.stop();
    far_end.run(0.3);  // what is on its way
    print_figures({}, {{"calls", static_cast<double>(options.calls)},
                       {"cpu_s", cpu},
                       {"cpu_ms_per_call_s", cpu * 1e3 / (packets / 50)},
                       {"sent", far_end.sent()},
                       {"received", far_end.received()},
                       {"worst_lateness_ms", far_end.worst_lateness_ms()}});
}

}  // namespace
}  // namespace janus_harness::bench

int main(int argc, char** argv) {
    janus_harness::bench::Options options;
    CLI::App app{"CPU of the SIP legs of N calls"};
    app.add_option("--calls", options.calls);
    app.add_option("--seconds", options.seconds);
    app.add_option("--warm-up", options.warm_up, "seconds before the measured ones");
    app.add_option("--core", options.core);
    app.add_option("--reflector-core", options.reflector_core);
    CLI11_PARSE(app, argc, argv);
    janus_harness::bench::measure(options);
}
