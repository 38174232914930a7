#include "harness/testbed/janus_process.h"

#include <fmt/format.h>

#include <filesystem>

#include "core/socket_address.h"
#include "harness/testbed/namespace.h"
#include "harness/testbed/probe.h"
#include "harness/testbed/readiness.h"

namespace janus_harness::testbed {

namespace {

constexpr Duration start_limit = std::chrono::seconds{10};
constexpr Duration probe_limit = std::chrono::milliseconds{500};

Error start_failed(const std::string& message) {
    return {"janus_start_failed", message};
}

// Paths are made absolute, so that they hold wherever Janus runs.
Result<JanusOptions> with_folders(JanusOptions options) {
    std::error_code error;
    options.run_folder = std::filesystem::absolute(options.run_folder).string();
    if (options.configuration_folder.empty())
        options.configuration_folder =
            (scratch_folder().empty() ? options.run_folder : scratch_folder()) + "/janus";
    for (const std::string& folder : {options.run_folder, options.configuration_folder}) {
        std::filesystem::create_directories(folder, error);
        if (error) return start_failed(fmt::format("{}: {}", folder, error.message()));
    }
    return options;
}

Result<void> write_configuration(const JanusOptions& options) {
    Result<std::vector<ConfigurationFile>> files = janus_configuration(options);
    if (!files) return files.error();
    for (const ConfigurationFile& file : files.value()) {
        const std::string path = options.configuration_folder + "/" + file.name;
        if (Result<void> written = write_text_file(path, file.text); !written)
            return start_failed(written.error().message);
    }
    return {};
}

bool answers_info(const SocketAddress& address) {
    const Result<std::string> answer = http_get(address, "/janus/info", probe_limit);
    return answer && answer.value().find("\"server_info\"") != std::string::npos;
}

}  // namespace

JanusProcess::JanusProcess(JanusOptions options, std::unique_ptr<ChildProcess> process)
    : options_(std::move(options)), process_(std::move(process)) {}

Result<std::unique_ptr<JanusProcess>> JanusProcess::start(const JanusOptions& given) {
    Result<JanusOptions> options = with_folders(given);
    if (!options) return options.error();
    Result<SocketAddress> address = SocketAddress::from_ip(options->address, options->http_port);
    if (!address) return start_failed(address.error().message);
    if (Result<void> written = write_configuration(options.value()); !written)
        return written.error();
    ChildOptions child;
    child.arguments = {options->binary, "-F", options->configuration_folder, "-C",
                       options->configuration_folder + "/janus.jcfg"};
    child.output_file = options->run_folder + "/janus.log";
    child.niceness = options->niceness;
    Result<std::unique_ptr<ChildProcess>> process = ChildProcess::start(child);
    if (!process) return start_failed(process.error().message);
    std::unique_ptr<JanusProcess> janus(
        new JanusProcess(std::move(options).value(), std::move(process).value()));
    Result<Duration> ready =
        wait_until_ready(*janus->process_, {"Janus", [&] { return answers_info(address.value()); },
                                            start_limit, "janus_start_failed", janus->log_file()});
    if (!ready) return ready.error();
    janus->time_to_ready_ = ready.value();
    return janus;
}

std::string JanusProcess::http_url() const {
    return janus_http_url(options_);
}
std::string JanusProcess::ws_url() const {
    return janus_ws_url(options_);
}
std::string JanusProcess::admin_url() const {
    return janus_admin_url(options_);
}

std::string JanusProcess::https_url() const {
    return fmt::format("https://{}:{}/janus", options_.address, options_.https_port);
}

std::string JanusProcess::wss_url() const {
    return fmt::format("wss://{}:{}", options_.address, options_.secure_websocket_port);
}

std::string JanusProcess::log_file() const {
    return options_.run_folder + "/janus.log";
}

}  // namespace janus_harness::testbed
