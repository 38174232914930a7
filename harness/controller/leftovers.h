#pragma once

#include <cstdint>
#include <vector>

#include "harness/deployment/deployment.h"
#include "net/http_client.h"
#include "net/loop.h"
#include "reports/result.h"

namespace janus_harness::controller {

// Asks Janus's admin API which of our sessions are still there, for up to three seconds: Janus
// frees what was destroyed a little later. Unknown (nullopt) where there is no admin API. Runs
// `loop`.
reports::Leftovers find_leftovers(net::Loop& loop, net::HttpClient& http,
                                  const deployment::Deployment& deployment,
                                  const std::vector<std::uint64_t>& our_sessions);

}  // namespace janus_harness::controller
