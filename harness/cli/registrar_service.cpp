#include "harness/cli/registrar_service.h"

#include <fmt/format.h>

#include <cstdio>

#include "harness/actors/far_end.h"
#include "harness/controller/exit_code.h"
#include "harness/deployment/deployment.h"

namespace janus_harness::cli {

int run_registrar_service(const std::string& address, std::uint16_t port) {
    const auto local = SocketAddress::from_ip(address, port);
    deployment::Deployment deployment;
    if (local) deployment.far_end_address = local.value();
    for (int user = 1000; user < 2000; ++user) {
        const std::string name = std::to_string(user);
        deployment.accounts.push_back({name, name, "secret", ""});
    }
    net::Loop loop;
    const auto far_end = actors::FarEnd::create(loop, deployment, deployment.far_end_address, 1);
    if (!local || !far_end) {
        fmt::print(stderr, "janus-harness: the testbed's registrar: {}\n",
                   local ? far_end.error().message : local.error().message);
        return static_cast<int>(controller::ExitCode::harness_error);
    }
    loop.run();
    return 0;
}

}  // namespace janus_harness::cli
