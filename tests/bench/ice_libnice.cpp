#include <nice/agent.h>

#include <vector>

#include "figures.h"
#include "ice_pairs.h"

namespace janus_harness::bench {
namespace {

class LibnicePairs : public IcePairs {
  public:
    LibnicePairs() : context_(g_main_context_new()) {}
    ~LibnicePairs() override {
        for (const End& end : ends_) g_object_unref(end.agent);
        g_main_context_unref(context_);
    }
    LibnicePairs(const LibnicePairs&) = delete;
    LibnicePairs& operator=(const LibnicePairs&) = delete;

    void connect(std::size_t count) override {
        for (std::size_t i = 0; i < 2 * count; ++i) add_end(i % 2 == 0);
        iterate_until([this] { return gathered_ == ends_.size(); });
        for (std::size_t i = 0; i < ends_.size(); ++i) describe(ends_[i], ends_[i ^ 1]);
        iterate_until([this] { return ready_ == ends_.size(); });
    }

    void exchange(std::size_t rounds, std::span<const unsigned char> packet) override {
        std::size_t sent = received_;
        for (std::size_t tick = 0; tick < rounds * kTicksOfARound; ++tick) {
            for (std::size_t i = 2 * (tick % kTicksOfARound); i < ends_.size();
                 i += 2 * kTicksOfARound) {
                nice_agent_send(ends_[i].agent, ends_[i].stream, 1,
                                static_cast<guint>(packet.size()),
                                reinterpret_cast<const gchar*>(packet.data()));
                ++sent;
            }
            iterate_until([this, sent] { return received_ >= sent; });
        }
    }

  private:
    struct End {
        NiceAgent* agent = nullptr;
        guint stream = 0;
    };

    template <typename Condition>
    void iterate_until(Condition done) {
        while (!done()) g_main_context_iteration(context_, TRUE);
    }

    void add_end(bool controlling) {
        End end{.agent = nice_agent_new(context_, NICE_COMPATIBILITY_RFC5245)};
        g_object_set(end.agent, "controlling-mode", controlling ? TRUE : FALSE, "upnp", FALSE,
                     "ice-tcp", FALSE, nullptr);
        NiceAddress address;
        nice_address_init(&address);
        nice_address_set_from_string(&address, "127.0.0.1");
        nice_agent_add_local_address(end.agent, &address);
        g_signal_connect(end.agent, "candidate-gathering-done", G_CALLBACK(on_gathered), this);
        g_signal_connect(end.agent, "component-state-changed", G_CALLBACK(on_state), this);
        end.stream = nice_agent_add_stream(end.agent, 1);
        nice_agent_attach_recv(end.agent, end.stream, 1, context_, on_packet, this);
        ends_.push_back(end);
        if (nice_agent_gather_candidates(end.agent, end.stream) == FALSE) {
            give_up("libnice cannot gather candidates");
        }
    }

    static void describe(const End& end, const End& peer) {
        gchar* ufrag = nullptr;
        gchar* password = nullptr;
        nice_agent_get_local_credentials(peer.agent, peer.stream, &ufrag, &password);
        nice_agent_set_remote_credentials(end.agent, end.stream, ufrag, password);
        g_free(ufrag);
        g_free(password);
        GSList* candidates = nice_agent_get_local_candidates(peer.agent, peer.stream, 1);
        nice_agent_set_remote_candidates(end.agent, end.stream, 1, candidates);
        g_slist_free_full(candidates, [](gpointer candidate) {
            nice_candidate_free(static_cast<NiceCandidate*>(candidate));
        });
    }

    static void on_gathered(NiceAgent*, guint, gpointer self) {
        ++static_cast<LibnicePairs*>(self)->gathered_;
    }
    static void on_state(NiceAgent*, guint, guint, guint state, gpointer self) {
        if (state == NICE_COMPONENT_STATE_FAILED) give_up("ICE of libnice failed");
        if (state == NICE_COMPONENT_STATE_READY) ++static_cast<LibnicePairs*>(self)->ready_;
    }
    static void on_packet(NiceAgent*, guint, guint, guint, gchar*, gpointer self) {
        ++static_cast<LibnicePairs*>(self)->received_;
    }

    GMainContext* context_;
    std::vector<End> ends_;  // the peer of i is i ^ 1
    std::size_t gathered_ = 0;
    std::size_t ready_ = 0;
    std::size_t received_ = 0;
};

}  // namespace

std::unique_ptr<IcePairs> libnice_pairs() {
    return std::make_unique<LibnicePairs>();
}

}  // namespace janus_harness::bench
