#include "harness/cli/options.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace janus_harness::cli {
namespace {

std::string environment_name(const std::string& option) {
    std::string name = "JANUS_HARNESS_" + option.substr(2, option.find(',') - 2);
    for (char& character : name) {
        character = character == '-' ? '_' : static_cast<char>(std::toupper(character));
    }
    return name;
}

// An option that can also stand in the environment. `value_name` is what --help calls its value.
template <typename T>
CLI::Option* add(CLI::App& command, const std::string& name, T& value,
                 const std::string& value_name, const std::string& help) {
    return command.add_option(name, value, help)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast)
        ->type_name(value_name)
        ->envname(environment_name(name));
}

CLI::Option* add_flag(CLI::App& command, const std::string& names, bool& value,
                      const std::string& help) {
    return command.add_flag(names, value, help)->envname(environment_name(names));
}

bool is_secret(const std::string& argument) {
    constexpr std::array<const char*, 3> secrets{"--api-secret", "--admin-secret", "--token"};
    return std::any_of(secrets.begin(), secrets.end(), [&](const std::string& option) {
        return argument == option || argument.starts_with(option + "=");
    });
}

// "janus.token=***" of "janus.token=…", as --set and --janus-config take secrets.
std::string without_secret(const std::string& argument) {
    const std::size_t equals = argument.rfind('=');
    if (equals == std::string::npos) return argument;
    const std::string_view key = std::string_view(argument).substr(0, equals);
    const bool secret =
        key.ends_with("secret") || key.ends_with("token") || key.ends_with("password");
    return secret ? std::string(key) + "=***" : argument;
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

// CLI11's own range checks print all digits of the largest number.
CLI::Validator above_zero() {
    return CLI::Validator(
        [](const std::string& text) {
            double number = 0;
            return CLI::detail::lexical_cast(text, number) && number > 0
                       ? std::string()
                       : "\"" + text + "\" is not a number above zero";
        },
        "");
}

CLI::Validator between_zero_and_one() {
    return CLI::Validator(
        [](const std::string& text) {
            double number = 0;
            return CLI::detail::lexical_cast(text, number) && number > 0 && number < 1
                       ? std::string()
                       : "\"" + text + "\" is not a number between 0 and 1";
        },
        "");
}

void add_janus_options(CLI::App& command, controller::RunOptions& run) {
    deployment::Options& options = run.deployment;
    constexpr const char* group = "Janus under test";
    add(command, "--url", options.url, "URL",
        "http://, https://, ws:// or wss:// (default: a testbed of our own)")
        ->group(group);
    add(command, "--admin-url", options.admin_url, "URL",
        "its admin API, to find what is left on it after the run")
        ->group(group);
    add(command, "--janus-pid", run.janus_pid, "PID",
        "its process, where it runs on this machine and cannot be found by its port")
        ->check(above_zero())
        ->group(group);
    add(command, "--admin-secret", options.admin_secret, "TEXT", "secret of the admin API")
        ->group(group);
    add(command, "--api-secret", options.api_secret, "TEXT", "apisecret of the Janus API")
        ->group(group);
    add(command, "--token", options.token, "TEXT", "token of the Janus API")->group(group);
    add(command, "--ca-file", options.ca_file, "FILE", "trusted certificates (PEM)")
        ->check(existing_file())
        ->group(group);
    add_flag(command, "--insecure", options.insecure, "accept any TLS certificate")->group(group);
}

void add_sip_options(CLI::App& command, deployment::Options& options) {
    add(command, "--sip-domain", options.sip_domain, "HOST",
        "domain of the accounts (default: the host of --sip-proxy)")
        ->group("SIP");
    add(command, "--sip-proxy", options.sip_proxy, "URI",
        "registrar and proxy of the accounts: sip:HOST[:PORT]")
        ->group("SIP");
    add(command, "--accounts", options.accounts, "FILE",
        "CSV of the browsers' accounts: username, authuser, secret, display_name")
        ->group("SIP");
    add(command, "--far-end", options.far_end, "MODE",
        "who answers: builtin (our own registrar and phones), register (our phones at the proxy), "
        "listen (the proxy routes calls to us), none (somebody else's phones)")
        ->group("SIP");
    add(command, "--far-end-address", options.far_end_address, "HOST:PORT", "our SIP socket")
        ->group("SIP");
    add(command, "--far-end-accounts", options.far_end_accounts, "FILE",
        "CSV of our phones' accounts, for register")
        ->group("SIP");
    add(command, "--callee", options.callee, "URI", "whom to call, for none and listen")
        ->group("SIP");
}

void add_network_options(CLI::App& command, deployment::Options& options) {
    add(command, "--media-address", options.media_address, "IP",
        "address of the browsers' media sockets (default: the one towards Janus)")
        ->group("Network");
    add(command, "--browser-ports", options.browser_ports, "FIRST-LAST",
        "UDP ports of the browsers' media (default: any)")
        ->group("Network");
    add(command, "--far-end-ports", options.far_end_ports, "FIRST-LAST",
        "RTP ports of our phones (default: any)")
        ->group("Network");
}

}  // namespace

CLI::Validator existing_file() {
    return CLI::Validator(CLI::ExistingFile).description("");
}

namespace {

// What every command takes that runs scenarios.
void add_common_options(CLI::App& command, controller::RunOptions& options) {
    command
        .add_option("--set", options.sets,
                    "a variable of the scenario or a dotted path into it (repeat)")
        ->type_name("NAME=VALUE")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    add(command, "--out", options.out, "DIR",
        "folder of the results (default: a new one in runs/)");
    add(command, "--calls", options.calls, "N", "short for --set calls=N")->check(above_zero());
    add(command, "--talk", options.talk_seconds, "SECONDS", "short for --set talk=SECONDSs")
        ->check(above_zero());
    add(command, "--seed", options.seed, "N",
        "seed of everything random (default: from the clock; printed)");
    add(command, "--workers", options.workers, "N", "threads that share the clients (default: 1)")
        ->check(above_zero());
    add_flag(command, "--quiet,-q", options.quiet, "no progress, no summary");
    options.deployment.admin_secret = "janusoverlord";
    add_janus_options(command, options);
    add_sip_options(command, options.deployment);
    add_network_options(command, options.deployment);
    add(command, "--janus", options.janus, "PATH", "Janus binary (default: janus in PATH)")
        ->group("Testbed");
    command
        .add_option("--janus-config", options.janus_config,
                    "a setting of Janus, such as sip.general.register_ttl=60 (repeat)")
        ->type_name("FILE.SECTION.KEY=VALUE")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->group("Testbed");
}

}  // namespace

void add_run_options(CLI::App& command, controller::RunOptions& options) {
    command.add_option("SCENARIO", options.scenarios, "scenario files")
        ->required()
        ->check(existing_file())
        ->type_name("");
    add_common_options(command, options);
}

void add_capacity_options(CLI::App& command, CapacityOptions& options) {
    command.add_option("SCENARIO", options.run.scenarios, "scenario file")
        ->required()
        ->expected(1)
        ->check(existing_file())
        ->type_name("");
    command
        .add_option("--of", options.of,
                    "what is raised: clients, or rate (default: what the scenario's load has)")
        ->check(CLI::IsMember({"clients", "rate"}).description(""))
        ->type_name("WHAT");
    command.add_option("--from", options.from, "the first level (default: the scenario's own)")
        ->check(above_zero())
        ->type_name("N");
    command.add_option("--to", options.to, "the highest level (default: none)")
        ->check(above_zero())
        ->type_name("N");
    command
        .add_option("--hold", options.hold_seconds,
                    "how long a level is held once it is reached (default: 8 with clients, 20 "
                    "with a rate)")
        ->check(above_zero())
        ->type_name("SECONDS");
    command
        .add_option("--precision", options.precision,
                    "how close the level that holds and the one that does not have to be (default: "
                    "0.1, a tenth)")
        ->check(between_zero_and_one())
        ->type_name("RATIO");
    add_common_options(command, options.run);
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
            line += " " + shell_word(without_secret(argument));
        }
    }
    return line;
}

}  // namespace janus_harness::cli
