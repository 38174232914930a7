#include "harness/cli/options.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace janus_harness::cli {
namespace {

std::string environment_name(const std::string& option) {
    std::string name = "JANUS_HARNESS_" + option.substr(2);
    for (char& character : name) {
        character = character == '-' ? '_' : static_cast<char>(std::toupper(character));
    }
    return name;
}

template <typename T>
CLI::Option* add(CLI::App& command, const std::string& name, T& value, const std::string& help) {
    return command.add_option(name, value, help)->envname(environment_name(name));
}

bool is_secret(const std::string& argument) {
    constexpr std::array<const char*, 3> secrets{"--api-secret", "--admin-secret", "--token"};
    return std::any_of(secrets.begin(), secrets.end(), [&](const std::string& option) {
        return argument == option || argument.starts_with(option + "=");
    });
}

std::string shell_word(const std::string& text) {
    const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char character) {
        return std::isalnum(static_cast<unsigned char>(character)) != 0 ||
               std::string_view("-_./:=,@%+").find(character) != std::string_view::npos;
    });
    if (plain) return text;
    std::string quoted = "'";
    for (const char character : text) {
        quoted += character == '\'' ? std::string("'\\''") : std::string(1, character);
    }
    return quoted + "'";
}

void add_deployment_options(CLI::App& command, deployment::Options& options) {
    add(command, "--url", options.url,
        "Janus to test: http://, https://, ws:// or wss:// (default: a testbed of our own)")
        ->group("Deployment");
    add(command, "--admin-url", options.admin_url, "its admin API, to find what is left on it")
        ->group("Deployment");
    add(command, "--admin-secret", options.admin_secret, "secret of the admin API")
        ->group("Deployment");
    add(command, "--api-secret", options.api_secret, "apisecret of the Janus API")
        ->group("Deployment");
    add(command, "--token", options.token, "token of the Janus API")->group("Deployment");
    add(command, "--ca-file", options.ca_file, "PEM file of trusted certificates")
        ->group("Deployment");
    command.add_flag("--insecure", options.insecure, "accept any TLS certificate")
        ->group("Deployment");
    add(command, "--sip-domain", options.sip_domain, "domain of the accounts")->group("SIP");
    add(command, "--sip-proxy", options.sip_proxy, "registrar and proxy: sip:HOST[:PORT]")
        ->group("SIP");
    add(command, "--accounts", options.accounts,
        "CSV file of the browsers' accounts: username, authuser, secret, display_name")
        ->group("SIP");
    add(command, "--far-end", options.far_end,
        "who answers: builtin (our own registrar and phones), register (our phones at the proxy), "
        "listen (the proxy routes calls to us), none (somebody else's phones)")
        ->check(CLI::IsMember({"builtin", "register", "listen", "none"}))
        ->group("SIP");
    add(command, "--far-end-address", options.far_end_address, "HOST:PORT of our SIP socket")
        ->group("SIP");
    add(command, "--far-end-accounts", options.far_end_accounts, "CSV file of the phones' accounts")
        ->group("SIP");
    add(command, "--callee", options.callee, "URI to call where the far end is none or listen")
        ->group("SIP");
    add(command, "--media-address", options.media_address,
        "IP address of the browsers' media sockets (default: the one towards Janus)")
        ->group("Network");
    add(command, "--browser-ports", options.browser_ports, "FIRST-LAST: their UDP ports")
        ->group("Network");
    add(command, "--far-end-ports", options.far_end_ports, "FIRST-LAST: RTP ports of the phones")
        ->group("Network");
}

}  // namespace

void add_run_options(CLI::App& command, controller::RunOptions& options) {
    command.add_option("SCENARIO", options.scenarios, "scenario files")
        ->required()
        ->check(CLI::ExistingFile);
    command.add_option("--set", options.sets,
                       "NAME=VALUE: a variable of the scenario or a dotted path into it (repeat)");
    add(command, "--out", options.out, "folder of the results (default: a new one in runs/)");
    command.add_option("--calls", options.calls, "short for --set calls=N")
        ->check(CLI::PositiveNumber);
    command.add_option("--talk", options.talk_seconds, "short for --set talk=SECONDSs")
        ->check(CLI::PositiveNumber);
    command.add_option("--seed", options.seed, "seed of everything random (default: of the clock)");
    command.add_flag("--quiet,-q", options.quiet, "no progress, no summary");
    options.deployment.admin_secret = "janusoverlord";
    add_deployment_options(command, options.deployment);
    add(command, "--janus", options.janus, "Janus binary of the testbed")->group("Testbed");
    command
        .add_option("--janus-config", options.janus_config,
                    "FILE.SECTION.KEY=VALUE: a setting of the testbed's Janus (repeat)")
        ->group("Testbed");
}

std::string reproducible_command_line(int argc, char** argv) {
    std::string line = "janus-harness";
    for (int i = 1; i < argc; ++i) {
        std::string argument = argv[i];
        if (is_secret(argument)) {
            const std::size_t equals = argument.find('=');
            if (equals == std::string::npos) ++i;
            line += " " + argument.substr(0, equals) + "=***";
        } else {
            line += " " + shell_word(argument);
        }
    }
    return line;
}

}  // namespace janus_harness::cli
