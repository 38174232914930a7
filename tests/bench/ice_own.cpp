#include <deque>
#include <string>
#include <utility>

#include "figures.h"
#include "ice/agent.h"
#include "ice/packet_demux.h"
#include "ice/priority.h"
#include "ice_pairs.h"
#include "net/loop.h"
#include "net/timer.h"
#include "net/udp_socket.h"

namespace janus_harness::bench {
namespace {

ice::AgentConfig agent_config(std::uint64_t number) {
    const std::string name = std::to_string(number);
    return {.controlling = number % 2 == 0,
            .local_ufrag = "frag" + name,
            .local_pwd = "password-of-22-letters-" + name,
            .tie_breaker = number + 1};
}

class OwnPairs : public IcePairs {
  public:
    OwnPairs() : timer_(loop_, [this](TimePoint now) { handle_timeouts(now); }) {
        timer_.start_every(std::chrono::milliseconds(10));
    }

    void connect(std::size_t count) override {
        for (std::size_t i = 0; i < 2 * count; ++i) add_end(i);
        const TimePoint now = net::Loop::now();
        for (std::size_t i = 0; i < ends_.size(); ++i) describe(now, ends_[i], ends_[i ^ 1]);
        loop_.run();
    }

    void exchange(std::size_t rounds, std::span<const unsigned char> packet) override {
        for (std::size_t tick = 0; tick < rounds * kTicksOfARound; ++tick) {
            awaited_ = 0;
            for (std::size_t i = 2 * (tick % kTicksOfARound); i < ends_.size();
                 i += 2 * kTicksOfARound) {
                ends_[i].socket->send_now(ends_[i + 1].socket->local_address(), packet);
                ++awaited_;
            }
            if (awaited_ > 0) loop_.run();
        }
    }

  private:
    struct End {
        explicit End(const ice::AgentConfig& wanted) : config(wanted), agent(wanted) {}
        ice::AgentConfig config;
        ice::Agent agent;
        std::unique_ptr<net::UdpSocket> socket;
        bool connected = false;
    };

    void add_end(std::size_t number) {
        End& end = ends_.emplace_back(agent_config(number));
        auto socket = net::UdpSocket::bind(
            loop_, SocketAddress::from_ip("127.0.0.1", 0).value(),
            [this, &end](TimePoint now, const SocketAddress& remote,
                         std::span<std::uint8_t> bytes) { receive(end, now, remote, bytes); },
            {.receive_buffer = 1 << 16, .send_buffer = 1 << 16});
        if (!socket) give_up(socket.error().message);
        end.socket = std::move(socket.value());
    }

    void describe(TimePoint now, End& end, const End& peer) {
        end.agent.add_local_candidate(end.socket->local_address());
        end.agent.set_remote_credentials(now, peer.config.local_ufrag, peer.config.local_pwd);
        end.agent.add_remote_candidate(now, peer.socket->local_address(), ice::host_priority());
        end.agent.end_of_remote_candidates(now);
        drain(end);
    }

    void receive(End& end, TimePoint now, const SocketAddress& remote,
                 std::span<std::uint8_t> bytes) {
        if (!ice::is_stun(bytes)) {
            if (--awaited_ == 0) loop_.stop();
            return;
        }
        end.agent.handle_datagram(now, remote, bytes);
        drain(end);
    }

    void drain(End& end) {
        while (const auto datagram = end.agent.poll_transmit()) {
            end.socket->send_now(datagram->remote, datagram->bytes);
        }
        while (const auto event = end.agent.poll_event()) {
            if (!std::holds_alternative<ice::Connected>(*event)) give_up("ICE failed");
            if (!std::exchange(end.connected, true)) ++connected_;
            if (connected_ == ends_.size()) loop_.stop();
        }
    }

    void handle_timeouts(TimePoint now) {
        for (End& end : ends_) {
            const auto due = end.agent.next_timeout();
            if (!due || *due > now) continue;
            end.agent.handle_timeout(now);
            drain(end);
        }
    }

    net::Loop loop_;
    net::Timer timer_;
    std::deque<End> ends_;  // the peer of i is i ^ 1
    std::size_t connected_ = 0;
    std::size_t awaited_ = 0;
};

}  // namespace

std::unique_ptr<IcePairs> own_pairs() {
    return std::make_unique<OwnPairs>();
}

}  // namespace janus_harness::bench
