#pragma once

#include <cstdint>
#include <optional>

#include "audio/identity_verifier.h"
#include "core/time.h"
#include "rtp/sender.h"

namespace janus_harness::audio {

// The time that packets take from our sender to our receiver of the same process and thread, though
// what is between them renumbers the packets: the identity audio gives the packet index modulo 40,
// the sender's clock the rest. The first packet of an alignment must take less than 800 ms; from
// then on up to 128 packets (2.56 s) are told apart. Costs a few nanoseconds a packet.
class OneWayDelay {
  public:
    // The packet with `extended_sequence` arrived. nullopt while its index is not known.
    std::optional<Duration> delay_of(const IdentityVerifier& verifier, const rtp::Sender& sender,
                                     std::int64_t extended_sequence, TimePoint arrival);

  private:
    bool holds(std::uint32_t modulo, const rtp::Sender& sender, std::int64_t extended_sequence,
               TimePoint arrival) const;
    bool lock(std::uint32_t modulo, const rtp::Sender& sender, std::int64_t extended_sequence,
              TimePoint arrival);

    bool locked_ = false;
    std::int64_t difference_ = 0;  // extended sequence number - packet index
};

}  // namespace janus_harness::audio
