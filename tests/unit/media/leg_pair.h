#pragma once

#include <doctest/doctest.h>

#include <array>
#include <memory>

#include "harness/media/call_audio.h"
#include "netem/network_emulator.h"

namespace janus_harness::media::test {

// Takes all packets and sends none.
struct SwallowingSink final : PacketSink {
    std::span<std::uint8_t> packet_buffer() override { return buffer; }
    bool send_rtp(std::size_t) override { return true; }
    bool send_rtcp(std::span<std::uint8_t>, std::size_t) override { return true; }
    std::array<std::uint8_t, AudioLeg::kMaxPacket> buffer{};
};

// A browser's leg and a phone's on an emulated network, in virtual time, without any socket.
class LegPair {
  public:
    struct Sink final : PacketSink {
        Sink(LegPair& owner, bool browser) : pair(owner), is_browser(browser) {}
        std::span<std::uint8_t> packet_buffer() override { return buffer; }
        bool send_rtp(std::size_t length) override { return pair.send(buffer, length, *this, 1); }
        bool send_rtcp(std::span<std::uint8_t> bytes, std::size_t length) override {
            return pair.send(bytes, length, *this, 2);
        }
        LegPair& pair;
        bool is_browser;
        std::array<std::uint8_t, AudioLeg::kMaxPacket> buffer{};
    };

    struct Options {
        std::string codec = "PCMU";
        netem::Impairment network{};
        std::uint64_t seed = 1;
        Content phone = Content::tone;
        std::uint32_t browser_expects = 2;  // the phone's stream id is 2, the browser's 1
        Content browser_expects_content = Content::tone;
        bool peer_known = true;
    };

    explicit LegPair(const Options& options)
        : random(options.seed), network(options.network, options.seed) {
        browser = make(options, true);
        phone = make(options, false);
        call.set_browser_leg(browser.get());
        call.set_far_leg(phone.get());
    }
    ~LegPair() { call.release(); }

    // Everything is ready: both ends send.
    void begin() {
        call.browser_may_send(now, pacer);
        call.far_end_ready(now, pacer);
        call.path_up(now, pacer);
    }
    void run_for(Duration duration) {
        for (const TimePoint end = now + duration; now < end; now += std::chrono::milliseconds(1)) {
            pacer.tick(now);
            while (const auto packet = network.poll_deliver(now)) deliver(*packet);
            browser->handle_timeout(now);
            phone->handle_timeout(now);
        }
    }
    // Stops both ends in order, as before a hang-up; gives how long the last packets took.
    Duration finish() {
        call.stop_sending(now);
        const TimePoint stopped = now;
        while (!call.drained(now)) run_for(std::chrono::milliseconds(1));
        call.note_drained(now);
        return now - stopped;
    }
    reports::CallRecord record() const {
        reports::CallRecord result;
        call.fill(result);
        return result;
    }

    Random random;
    Pacer pacer;
    netem::NetworkEmulator network;
    TimePoint now{std::chrono::seconds(1000)};
    CallAudio call{std::chrono::milliseconds(500)};
    Sink browser_sink{*this, true};
    Sink phone_sink{*this, false};
    std::unique_ptr<AudioLeg> browser;
    std::unique_ptr<AudioLeg> phone;
    // How many RTP packets the network let through to either end, and those of them twice.
    std::uint64_t delivered_to_browser = 0;
    std::uint64_t delivered_to_phone = 0;
    bool kernel_refuses = false;

    // Of what came to either end.
    metrics::Histogram browser_delays;
    metrics::Histogram phone_delays;

  private:
    bool send(std::span<const std::uint8_t> bytes, std::size_t length, const Sink& from_sink,
              std::uint16_t port) {
        if (kernel_refuses) return false;
        const auto from = SocketAddress::from_ip("192.0.2.1", from_sink.is_browser ? 10 : 20);
        const auto to =
            SocketAddress::from_ip(from_sink.is_browser ? "192.0.2.20" : "192.0.2.10", port);
        network.send(now, from.value(), to.value(),
                     Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length)));
        return true;
    }
    std::unique_ptr<AudioLeg> make(const Options& options, bool is_browser) {
        AudioLegConfig config;
        config.codec = options.codec;
        config.clock_rate = options.codec == "opus" ? 48000 : 8000;
        config.send_payload_type = config.receive_payload_type = options.codec == "opus" ? 109 : 0;
        config.ssrc = is_browser ? 11 : 22;
        config.cname = is_browser ? "browser" : "phone";
        config.stream_id = is_browser ? 1 : 2;
        config.expected_stream_id = is_browser ? options.browser_expects : 1;
        config.peer_known = options.peer_known;
        if (is_browser) config.expected = options.browser_expects_content;
        if (!is_browser) config.content = options.phone;
        config.delays = is_browser ? &browser_delays : &phone_delays;
        auto leg = AudioLeg::create(config, is_browser ? browser_sink : phone_sink, random);
        REQUIRE(leg.ok());
        return std::move(leg).value();
    }
    void deliver(const netem::Packet& packet) {
        const bool to_browser = packet.to.ip() == "192.0.2.10";
        AudioLeg& leg = to_browser ? *browser : *phone;
        if (packet.to.port() == 2) {
            leg.receive_rtcp(now, packet.bytes);
        } else {
            ++(to_browser ? delivered_to_browser : delivered_to_phone);
            leg.receive_rtp(now, packet.bytes);
        }
    }
};

}  // namespace janus_harness::media::test
