#include "harness/testbed/kamailio_process.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

#include "core/socket_address.h"
#include "harness/testbed/namespace.h"
#include "harness/testbed/probe.h"
#include "harness/testbed/readiness.h"

namespace janus_harness::testbed {

namespace {

constexpr Duration start_limit = std::chrono::seconds{10};
constexpr Duration probe_limit = std::chrono::milliseconds{200};

Error start_failed(const std::string& message) {
    return {"kamailio_start_failed", message};
}

bool answers_options(const SocketAddress& address) {
    const std::string host = address.to_string();
    const std::string request = fmt::format(
        "OPTIONS sip:{0} SIP/2.0\r\n"
        "Via: SIP/2.0/UDP {0};rport;branch=z9hG4bK-readiness\r\n"
        "Max-Forwards: 70\r\n"
        "From: <sip:readiness@{0}>;tag=readiness\r\n"
        "To: <sip:{0}>\r\n"
        "Call-ID: readiness\r\n"
        "CSeq: 1 OPTIONS\r\n"
        "Content-Length: 0\r\n\r\n",
        host);
    const Result<std::string> answer = udp_exchange(address, request, probe_limit);
    return answer && answer.value().starts_with("SIP/2.0 ");
}

ChildOptions child_options(const KamailioOptions& options, const std::string& folder) {
    ChildOptions child;
    // -DD: stay in the foreground; -E: log to standard error; -Y: sockets and the like go here.
    child.arguments = {options.binary, "-DD",  "-E", "-f",   folder + "/kamailio.cfg",
                       "-Y",           folder, "-w", folder, "-m",
                       "64",           "-M",   "8"};
    child.output_file = options.run_folder + "/kamailio.log";
    // Debian keeps it in /usr/sbin, which is not in an ordinary user's PATH.
    const char* path = std::getenv("PATH");
    child.environment = {{"PATH", std::string(path == nullptr ? "/bin" : path) + ":/usr/sbin"}};
    return child;
}

}  // namespace

KamailioProcess::KamailioProcess(KamailioOptions options, std::unique_ptr<ChildProcess> process)
    : options_(std::move(options)), process_(std::move(process)) {}

Result<std::unique_ptr<KamailioProcess>> KamailioProcess::start(const KamailioOptions& given) {
    KamailioOptions options = given;
    options.run_folder = std::filesystem::absolute(options.run_folder).string();
    const std::string folder =
        (scratch_folder().empty() ? options.run_folder : scratch_folder()) + "/kamailio";
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    std::filesystem::create_directories(options.run_folder, error);
    Result<void> written =
        write_text_file(folder + "/kamailio.cfg", kamailio_configuration(options));
    if (!written) return start_failed(written.error().message);
    Result<SocketAddress> address = SocketAddress::from_ip(options.address, options.port);
    if (!address) return start_failed(address.error().message);
    const ChildOptions child = child_options(options, folder);
    Result<std::unique_ptr<ChildProcess>> process = ChildProcess::start(child);
    if (!process) return start_failed(process.error().message);
    std::unique_ptr<KamailioProcess> kamailio(
        new KamailioProcess(options, std::move(process).value()));
    Result<Duration> ready = wait_until_ready(
        *kamailio->process_, {"Kamailio", [&] { return answers_options(address.value()); },
                              start_limit, "kamailio_start_failed", child.output_file});
    if (!ready) return ready.error();
    return kamailio;
}

std::string KamailioProcess::proxy_uri() const {
    return fmt::format("sip:{}:{}", options_.address, options_.port);
}

}  // namespace janus_harness::testbed
