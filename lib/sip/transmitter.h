#pragma once

#include <deque>
#include <optional>
#include <string>

#include "core/datagram.h"
#include "core/time.h"
#include "sip/endpoint.h"
#include "sip/events.h"
#include "sip/message.h"

namespace janus_harness::sip {

// The queues that lead out of an endpoint, shared by everything in it.
class Transmitter {
  public:
    explicit Transmitter(bool trace = false) : trace_(trace) {}

    void send(TimePoint now, const SocketAddress& remote, const std::string& text);
    void resend(TimePoint now, const SocketAddress& remote, const std::string& text);
    void trace_received(TimePoint now, const SocketAddress& remote, ByteView bytes);
    void push(Event event) { events_.push_back(std::move(event)); }

    std::optional<Datagram> poll_transmit();
    std::optional<Event> poll_event();
    EndpointStats& stats() { return stats_; }
    const EndpointStats& stats() const { return stats_; }

  private:
    bool trace_;
    std::deque<Datagram> datagrams_;
    std::deque<Event> events_;
    EndpointStats stats_;
};

// `text` with every digest `response="…"` replaced by stars.
std::string mask_credentials(std::string text);

}  // namespace janus_harness::sip
