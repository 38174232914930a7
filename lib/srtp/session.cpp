#include "srtp/session.h"

#include "srtp/libsrtp2_session.h"

namespace janus_harness::srtp {

Result<std::unique_ptr<Session>> Session::create(Profile profile, const KeyMaterial& local,
                                                 const KeyMaterial& remote, Implementation) {
    return Libsrtp2Session::create(profile, local, remote);
}

}  // namespace janus_harness::srtp
