#pragma once

#include <openssl/bio.h>
#include <sys/time.h>

#include <vector>

#include "core/datagram.h"

namespace janus_harness::dtls {

// What OpenSSL reads from and writes to: one incoming datagram at a time, a queue of outgoing ones,
// their boundaries kept. It also takes hold of OpenSSL's retransmission timer, which otherwise
// looks at the real clock: OpenSSL 3.0 announces each change of the timer to its BIO by a pointer
// to its own deadline, so that expire_timer() can move that deadline into the past. (From 3.2 on
// the pointer is one to a copy; see the check in the source file.)
class DatagramBio {
  public:
    // A new BIO on this object, which must outlive it; the caller owns the reference.
    BIO* make();

    void set_incoming(ByteView datagram) { incoming_ = datagram; }
    std::vector<Bytes>& outgoing() { return outgoing_; }

    // Whether OpenSSL set or stopped its timer since the last call.
    bool take_timer_change();
    bool timer_running() const;
    // The next DTLSv1_handle_timeout() finds the timer expired.
    void expire_timer();

  private:
    friend struct DatagramBioMethod;

    ByteView incoming_;
    std::vector<Bytes> outgoing_;
    timeval* timer_ = nullptr;  // belongs to the SSL
    bool timer_changed_ = false;
};

}  // namespace janus_harness::dtls
