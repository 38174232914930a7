#include "harness/deployment/resolve.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "harness/deployment/network_route.h"
#include "harness/scenario/load_shape.h"

namespace janus_harness::deployment {
namespace {

constexpr std::uint16_t sip_port = 5060;

std::string first_given(const std::string& option, const std::optional<std::string>& setting) {
    return option.empty() ? setting.value_or("") : option;
}

Error unfit(std::string message) {
    return {"deployment", std::move(message)};
}

Result<net::UdpSocket::PortRange> parse_ports(const std::string& text, const char* option) {
    net::UdpSocket::PortRange range;
    if (text.empty()) return range;
    const auto fields = split(text, '-');
    const std::uint64_t first = parse_unsigned(fields[0]).value_or(0);
    const std::uint64_t last = fields.size() == 2 ? parse_unsigned(fields[1]).value_or(0) : 0;
    if (first == 0 || last > 65535 || first > last) {
        return unfit(
            fmt::format("{}: \"{}\" is not FIRST-LAST with ports from 1 to 65535", option, text));
    }
    range.first = static_cast<std::uint16_t>(first);
    range.last = static_cast<std::uint16_t>(last);
    return range;
}

Result<scenario::FarEndMode> far_end_mode(const scenario::Scenario& scenario,
                                          const Options& options) {
    if (options.far_end.empty()) return scenario.far_end.mode;
    if (options.far_end == "builtin") return scenario::FarEndMode::builtin;
    if (options.far_end == "register") return scenario::FarEndMode::register_there;
    if (options.far_end == "listen") return scenario::FarEndMode::listen;
    if (options.far_end == "none") return scenario::FarEndMode::none;
    return unfit(fmt::format("--far-end: \"{}\" is none of builtin, register, listen, none",
                             options.far_end));
}

// Builds the deployment part by part; the first error ends it.
class Resolver {
  public:
    Resolver(const scenario::Scenario& scenario, const Options& options,
             const TestbedPlaces* testbed, std::uint64_t seed)
        : scenario_(scenario),
          options_(options),
          testbed_(testbed),
          seed_(seed),
          needs_(needs_of(scenario)) {}

    Result<Deployment> run() {
        for (const auto part :
             {&Resolver::janus, &Resolver::media, &Resolver::mode, &Resolver::sip_side,
              &Resolver::accounts, &Resolver::far_end, &Resolver::ports}) {
            const auto done = (this->*part)();
            if (!done) return done.error();
        }
        return std::move(result_);
    }

  private:
    Result<void> janus() {
        const auto& janus = scenario_.janus;
        result_.janus_url = first_given(options_.url, janus.url);
        if (testbed_ != nullptr) {
            const bool http = janus.transport == scenario::Transport::http;
            result_.janus_url = http ? testbed_->http_url : testbed_->ws_url;
            result_.admin_url = testbed_->admin_url;
            result_.admin_secret = testbed_->admin_secret;
        } else {
            result_.admin_url = first_given(options_.admin_url, janus.admin_url);
            result_.admin_secret = options_.admin_secret;
        }
        const auto known = {"http://", "https://", "ws://", "wss://"};
        if (std::none_of(known.begin(), known.end(), [&](const char* scheme) {
                return result_.janus_url.starts_with(scheme);
            })) {
            return unfit(
                fmt::format("--url: \"{}\" does not begin with http://, https://, ws:// or wss://",
                            result_.janus_url));
        }
        for (const std::string& url : {result_.janus_url, result_.admin_url}) {
            const std::size_t scheme = url.find("://");
            const bool user =
                scheme != std::string::npos &&
                url.substr(0, url.find('/', scheme + 3)).find('@') != std::string::npos;
            if (user || url.find('?') != std::string::npos) {
                return unfit(
                    "--url, --admin-url: user, password and query do not belong into a URL "
                    "that reports show; use --api-secret and --token");
            }
        }
        result_.api_secret = first_given(options_.api_secret, janus.api_secret);
        result_.token = first_given(options_.token, janus.token);
        result_.tls.ca_file = options_.ca_file;
        result_.tls.verify = !options_.insecure;
        result_.request_timeout = janus.request_timeout;
        result_.keepalive = janus.keepalive;
        result_.maxev = janus.maxev;
        return {};
    }

    // Where media comes from and goes to.
    Result<void> media() {
        std::string address = options_.media_address;
        if (address.empty() && testbed_ != nullptr) address = testbed_->browser_address;
        if (!address.empty()) {
            const auto given = SocketAddress::from_ip(address, 0);
            if (!given) return unfit("--media-address: " + given.error().message);
            result_.media_address = given.value();
            return {};
        }
        const auto janus = resolve_host(result_.janus_url, 80);
        // A host without an address is a Janus that cannot be reached: the first request says so.
        if (!janus) return {};
        const auto local = local_address_towards(janus.value());
        if (!local) return local.error();
        result_.media_address = local.value();
        return {};
    }

    Result<void> mode() {
        const auto mode = far_end_mode(scenario_, options_);
        if (!mode) return mode.error();
        result_.far_end = mode.value();
        result_.record_route = scenario_.far_end.record_route;
        result_.digest = scenario_.far_end.digest;
        // Behind a Kamailio of the testbed the phones are its accounts.
        if (uses_kamailio() && result_.far_end == scenario::FarEndMode::builtin) {
            result_.far_end = needs_.phones > 0 ? scenario::FarEndMode::register_there
                                                : scenario::FarEndMode::none;
        }
        return {};
    }

    bool uses_kamailio() const {
        return testbed_ != nullptr && scenario_.testbed.proxy == scenario::ProxyKind::kamailio;
    }

    Result<void> sip_side() {
        result_.sip_domain = first_given(options_.sip_domain, scenario_.sip.domain);
        result_.sip_proxy = first_given(options_.sip_proxy, scenario_.sip.proxy);
        if (uses_kamailio()) {
            result_.sip_domain = testbed_->proxy_address;
            result_.sip_proxy = fmt::format("sip:{}:{}", testbed_->proxy_address, sip_port);
        }
        const bool own = result_.far_end == scenario::FarEndMode::builtin;
        if (own && (!result_.sip_domain.empty() || !result_.sip_proxy.empty())) {
            return unfit(
                "--sip-domain and --sip-proxy name a SIP proxy that is not ours: say what "
                "answers the calls with --far-end register, listen or none");
        }
        if (own) return {};
        if (result_.sip_proxy.empty() && result_.sip_domain.empty()) {
            return unfit(
                "--far-end register, listen and none need --sip-proxy, the registrar and "
                "proxy of the accounts");
        }
        // Not by "sip" alone: that is how the names of many proxies begin.
        const auto& proxy = result_.sip_proxy;
        if (!proxy.empty() && !proxy.starts_with("sip:") && !proxy.starts_with("sips:")) {
            result_.sip_proxy = "sip:" + result_.sip_proxy;
        }
        if (result_.sip_domain.empty()) result_.sip_domain = domain_of(result_.sip_proxy);
        if (!result_.sip_proxy.empty()) {
            result_.outbound_proxy = domain_of(result_.sip_proxy) != result_.sip_domain;
        }
        return {};
    }

    // "10.0.0.1" of "sip:10.0.0.1:5060", but "10.0.0.1:5070" where the port is another.
    static std::string domain_of(const std::string& proxy) {
        std::string_view text = proxy;
        text.remove_prefix(text.find(':') + 1);
        text = text.substr(0, text.find_first_of(";>"));
        if (text.ends_with(":5060")) text.remove_suffix(5);
        return std::string(text);
    }

    Result<void> accounts() {
        const std::uint64_t needed = needs_.clients * needs_.browsers;
        const std::string file = first_given(options_.accounts, scenario_.sip.accounts);
        if (!file.empty()) {
            auto rows = read_accounts(file);
            if (!rows) return rows.error();
            result_.accounts = std::move(rows).value();
            return enough(result_.accounts, needed, file, "--accounts", "browser");
        }
        if (result_.far_end != scenario::FarEndMode::builtin && !uses_kamailio()) {
            return unfit(
                "--accounts FILE.csv is missing: at a registrar that is not ours the "
                "browsers need accounts");
        }
        result_.accounts = generate_accounts("web", needed, seed_);
        return {};
    }

    static Result<void> enough(const std::vector<AccountRow>& rows, std::uint64_t needed,
                               const std::string& file, const char* option, const char* who) {
        if (rows.size() >= needed) return {};
        return unfit(
            fmt::format("{}: {} has {} accounts; up to {} {} clients at once need one each", option,
                        file, rows.size(), needed, who));
    }

    Result<void> far_end() {
        result_.phone_media_address = result_.media_address;
        if (testbed_ != nullptr) {
            const auto address = SocketAddress::from_ip(testbed_->far_end_address, 0);
            if (!address) return address.error();
            result_.phone_media_address = address.value();
        }
        result_.far_end_address = result_.phone_media_address;
        switch (result_.far_end) {
            case scenario::FarEndMode::builtin:
                return builtin_far_end();
            case scenario::FarEndMode::register_there:
                return registering_far_end();
            case scenario::FarEndMode::listen:
                return listening_far_end();
            case scenario::FarEndMode::none:
                result_.callee = first_given(options_.callee, scenario_.far_end.callee);
                if (needs_.phones > 0 && result_.callee.empty()) {
                    return unfit("--far-end none needs --callee URI: the number that is called");
                }
                return {};
        }
        return {};
    }

    Result<void> explicit_far_end_address() {
        const std::string text = first_given(options_.far_end_address, scenario_.far_end.address);
        if (text.empty()) return {};
        const auto address = resolve_host(text, 0);
        if (!address) return unfit("--far-end-address: " + address.error().message);
        result_.far_end_address = address.value();
        if (testbed_ == nullptr) {
            result_.phone_media_address = address.value();
            result_.phone_media_address.set_port(0);
        }
        return {};
    }

    Result<void> builtin_far_end() {
        if (testbed_ != nullptr) result_.far_end_address.set_port(sip_port);
        return explicit_far_end_address();
    }

    // The phones' socket lies on the way to the proxy.
    Result<void> towards_proxy() {
        const auto proxy = resolve_host(
            result_.sip_proxy.empty() ? result_.sip_domain : result_.sip_proxy, sip_port);
        if (!proxy) return proxy.error();
        result_.phone_proxy = proxy.value();
        if (testbed_ != nullptr) return {};
        const auto local = local_address_towards(proxy.value());
        if (!local) return local.error();
        result_.far_end_address = local.value();
        result_.phone_media_address = local.value();
        return {};
    }

    Result<void> registering_far_end() {
        if (const auto found = towards_proxy(); !found) return found.error();
        if (const auto given = explicit_far_end_address(); !given) return given.error();
        const std::uint64_t needed = needs_.clients * needs_.phones;
        const std::string file = first_given(options_.far_end_accounts, scenario_.far_end.accounts);
        if (uses_kamailio()) {
            result_.far_end_accounts = generate_accounts("phone", needed, seed_ + 1);
            return {};
        }
        if (needed == 0) return {};
        if (file.empty()) {
            return unfit(
                "--far-end register needs --far-end-accounts FILE.csv: the accounts of "
                "our phones");
        }
        auto rows = read_accounts(file);
        if (!rows) return rows.error();
        result_.far_end_accounts = std::move(rows).value();
        const auto checked =
            enough(result_.far_end_accounts, needed, file, "--far-end-accounts", "phone");
        if (checked) result_.far_end_accounts.resize(needed);
        return checked;
    }

    Result<void> listening_far_end() {
        if (const auto found = towards_proxy(); !found) return found.error();
        if (const auto given = explicit_far_end_address(); !given) return given.error();
        if (result_.far_end_address.port() == 0) {
            return unfit(
                "--far-end listen needs --far-end-address HOST:PORT, the address that the "
                "proxy routes calls to");
        }
        result_.callee = first_given(options_.callee, scenario_.far_end.callee);
        return {};
    }

    Result<void> ports() {
        auto browser = parse_ports(options_.browser_ports, "--browser-ports");
        if (!browser) return browser.error();
        auto phone = parse_ports(options_.far_end_ports, "--far-end-ports");
        if (!phone) return phone.error();
        result_.browser_ports = browser.value();
        result_.phone_ports = phone.value();
        return {};
    }

    const scenario::Scenario& scenario_;
    const Options& options_;
    const TestbedPlaces* testbed_;
    std::uint64_t seed_;
    Needs needs_;
    Deployment result_;
};

}  // namespace

Needs needs_of(const scenario::Scenario& scenario) {
    Needs needs{.clients = scenario::clients_at_once(scenario.load), .browsers = 0, .phones = 0};
    for (const auto& actor : scenario.actors)
        ++(actor.is_browser() ? needs.browsers : needs.phones);
    return needs;
}

Result<Deployment> resolve(const scenario::Scenario& scenario, const Options& options,
                           const TestbedPlaces* testbed, std::uint64_t seed) {
    return Resolver(scenario, options, testbed, seed).run();
}

}  // namespace janus_harness::deployment
