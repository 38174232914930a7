#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/result.h"
#include "harness/testbed/namespace.h"

namespace janus_harness::testbed {

// Which RTP stream is impaired. "to": sent by Janus; "from": sent towards Janus.
enum class ImpairmentDirection { to_browser, from_browser, to_far_end, from_far_end };
const char* to_string(ImpairmentDirection direction);

struct ImpairmentOptions {
    ImpairmentDirection direction = ImpairmentDirection::to_browser;
    // Exactly one of the two. drop_every: the Nth, 2Nth, ... packet, N >= 1, exact.
    std::optional<std::uint32_t> drop_every;
    std::optional<double> drop_probability;  // 0 to 1, independent for each packet
};

// The nft(8) script for these options, an nftables table of its own.
std::string impairment_rules(const ImpairmentOptions& options, const NamespaceOptions& addresses);

// An nftables rule that drops RTP inside the namespace, where the receiver's sockets are: the
// sender's sendto() succeeds, as on a real network. RTP is UDP whose first byte is 128..191 and
// whose second is not an RTCP type (RFC 5761, section 4); RTCP, STUN and DTLS pass. Lives as long
// as the object.
class Impairment {
  public:
    // Only inside run_in_namespace(). Errors "bad_impairment", "impairment_unavailable" (no nft, or
    // a kernel without what the rules need).
    static Result<std::unique_ptr<Impairment>> apply(const ImpairmentOptions& options,
                                                     const NamespaceOptions& addresses);
    ~Impairment();
    Impairment(const Impairment&) = delete;
    Impairment& operator=(const Impairment&) = delete;

    // RTP packets dropped so far, by the rule's own counter; RTP packets that passed it or were
    // dropped by it. Error "impairment_unavailable".
    Result<std::uint64_t> dropped() const;
    Result<std::uint64_t> matched() const;

  private:
    explicit Impairment(ImpairmentDirection direction) : direction_(direction) {}
    Result<std::uint64_t> counter(const std::string& name) const;

    ImpairmentDirection direction_;
};

}  // namespace janus_harness::testbed
