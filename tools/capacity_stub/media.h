#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/random.h"
#include "tools/capacity_stub/call.h"
#include "tools/capacity_stub/media_socket.h"
#include "tools/capacity_stub/options.h"
#include "tools/capacity_stub/packet_batch.h"

namespace janus_harness::capacity_stub {

// The sockets that the calls share, and the calls on them.
class Media {
  public:
    // Errors "stub_socket", and those of dtls::Certificate and dtls::Context.
    static Result<std::unique_ptr<Media>> create(const Options& options, Counters& counters,
                                                 Random random);
    ~Media();
    Media(const Media&) = delete;
    Media& operator=(const Media&) = delete;

    // A new call, on a host of a socket on which no other call has one of the client's addresses.
    // The Call lives until close(). Errors "stub_no_socket" (there is no such socket, and no more
    // are allowed), "stub_socket".
    Result<Call*> open(const CallOwner& owner, RemoteParameters remote);
    // A candidate that came later; ignored if the call's socket has it for another call.
    void add_candidate(Call& call, const SocketAddress& address);
    void close(Call* call);

    // Takes everything that waits in the sockets and sends back what is to be. Gives the number of
    // datagrams.
    std::size_t receive(TimePoint now);
    void handle_timeout(TimePoint now);
    // Of handshakes: only coarse, a few milliseconds late does no harm.
    std::optional<TimePoint> next_timeout() const;
    std::optional<MediaEvent> poll_event();

    // An epoll instance that is readable while a socket is.
    int descriptor() const { return epoll_; }
    std::string fingerprint() const { return context_->certificate().fingerprint().value(); }
    std::uint64_t receive_drops() const;
    // Sockets that calls are on.
    std::size_t used_sockets() const { return used_sockets_; }

  private:
    Media(const Options& options, const SocketAddress& address, Counters& counters, Random random,
          std::shared_ptr<const dtls::Context> context);
    Result<MediaSocket*> open_socket();
    struct LocalEnd {
        MediaSocket* socket = nullptr;
        HostIndex host = 0;
    };
    Result<LocalEnd> choose_end(const std::vector<SocketAddress>& candidates);
    std::size_t receive(TimePoint now, MediaSocket& socket);
    // Of a datagram of the batch.
    HostIndex host_of(const MediaSocket& socket, std::size_t index) const;
    // One datagram of the batch; `call` is the one that its address belongs to, or nullptr.
    void take(TimePoint now, MediaSocket& socket, std::size_t index, Call* call);
    void take_stun(TimePoint now, MediaSocket& socket, std::size_t index);
    void reflect(Call& call, std::size_t index);
    void take_rtcp(Call& call, std::size_t index);
    void drain(Call& call);

    Counters& counters_;
    Random random_;
    std::shared_ptr<const dtls::Context> context_;
    std::uint64_t drop_every_;
    std::uint64_t reflections_ = 0;
    SocketAddress address_;
    std::size_t most_sockets_;
    std::size_t used_sockets_ = 0;
    int epoll_ = -1;
    std::vector<std::unique_ptr<MediaSocket>> sockets_;
    std::unordered_map<std::string, std::unique_ptr<Call>> calls_;  // by our ufrag
    std::unordered_set<Call*> handshakes_;                          // that have begun
    std::deque<MediaEvent> events_;
    PacketBatch batch_;
};

}  // namespace janus_harness::capacity_stub
