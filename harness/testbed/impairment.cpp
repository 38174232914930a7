#include "harness/testbed/impairment.h"

#include <fmt/format.h>

#include <cmath>

#include "core/text.h"
#include "harness/testbed/child_process.h"

namespace janus_harness::testbed {

namespace {

Error unavailable(const std::string& message) {
    return {"impairment_unavailable", message};
}

std::string table_name(ImpairmentDirection direction) {
    return fmt::format("impair_{}", to_string(direction));
}

struct Route {
    std::string source;
    std::string destination;
};

Route route(ImpairmentDirection direction, const NamespaceOptions& addresses) {
    switch (direction) {
        case ImpairmentDirection::to_browser:
            return {addresses.janus_address, addresses.browser_address};
        case ImpairmentDirection::from_browser:
            return {addresses.browser_address, addresses.janus_address};
        case ImpairmentDirection::to_far_end:
            return {addresses.janus_address, addresses.far_end_address};
        case ImpairmentDirection::from_far_end:
            return {addresses.far_end_address, addresses.janus_address};
    }
    return {};
}

// numgen starts at 0: N - 1 lets N - 1 packets pass before the first one that is dropped.
std::string selector(const ImpairmentOptions& options) {
    if (options.drop_every)
        return fmt::format("numgen inc mod {} == {}", *options.drop_every, *options.drop_every - 1);
    const double scale = 1'000'000;
    return fmt::format("numgen random mod 1000000 < {}",
                       std::lround(options.drop_probability.value_or(0) * scale));
}

Result<void> check(const ImpairmentOptions& options) {
    if (options.drop_every.has_value() == options.drop_probability.has_value())
        return Error{"bad_impairment", "expected either drop_every or drop_probability"};
    if (options.drop_every && *options.drop_every == 0)
        return Error{"bad_impairment", "drop_every is 0, expected 1 or more"};
    const double probability = options.drop_probability.value_or(0);
    if (!(probability >= 0 && probability <= 1))
        return Error{"bad_impairment",
                     fmt::format("drop_probability is {}, expected 0 to 1", probability)};
    return {};
}

Result<std::string> nft(const std::vector<std::string>& arguments, const std::string& script) {
    std::vector<std::string> command{"nft"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    Result<CommandOutput> output = run_command(command, script);
    if (!output)
        return unavailable(output.error().message + "; it comes with Debian's package nftables");
    if (output->exit_code != 0) return unavailable("nft: " + std::string(trim(output->output)));
    return output->output;
}

}  // namespace

const char* to_string(ImpairmentDirection direction) {
    switch (direction) {
        case ImpairmentDirection::to_browser:
            return "to_browser";
        case ImpairmentDirection::from_browser:
            return "from_browser";
        case ImpairmentDirection::to_far_end:
            return "to_far_end";
        case ImpairmentDirection::from_far_end:
            return "from_far_end";
    }
    return "";
}

std::string impairment_rules(const ImpairmentOptions& options, const NamespaceOptions& addresses) {
    const auto [source, destination] = route(options.direction, addresses);
    // The RTP match stands before the numgen, in the base chain, so that only RTP is counted off.
    return fmt::format(
        "table inet {} {{\n"
        "    counter matched {{ }}\n"
        "    counter dropped {{ }}\n"
        "    chain rtp {{\n"
        "        counter name \"matched\"\n"
        "        {} counter name \"dropped\" drop\n"
        "    }}\n"
        "    chain input {{\n"
        "        type filter hook input priority 0; policy accept;\n"
        "        ip saddr {} ip daddr {} meta l4proto udp @th,64,2 2 @th,72,8 != 192-223 jump rtp\n"
        "    }}\n"
        "}}\n",
        table_name(options.direction), selector(options), source, destination);
}

Result<std::unique_ptr<Impairment>> Impairment::apply(const ImpairmentOptions& options,
                                                      const NamespaceOptions& addresses) {
    if (Result<void> valid = check(options); !valid) return valid.error();
    if (scratch_folder().empty())
        return unavailable("packets are dropped only inside the testbed's private network");
    Result<std::string> applied = nft({"-f", "-"}, impairment_rules(options, addresses));
    if (!applied) return applied.error();
    return std::unique_ptr<Impairment>(new Impairment(options.direction));
}

Impairment::~Impairment() {
    (void)nft({"delete", "table", "inet", table_name(direction_)}, "");
}

Result<std::uint64_t> Impairment::counter(const std::string& name) const {
    Result<std::string> listed = nft({"list", "counter", "inet", table_name(direction_), name}, "");
    if (!listed) return listed.error();
    const std::string& text = listed.value();
    const std::size_t start = text.find("packets ");
    if (start == std::string::npos) return unavailable("nft lists no packets: " + text);
    const std::size_t digits = start + std::string_view("packets ").size();
    const std::size_t end = text.find(' ', digits);
    const auto count = parse_unsigned(std::string_view(text).substr(digits, end - digits));
    if (!count) return unavailable("nft lists no packets: " + text);
    return *count;
}

Result<std::uint64_t> Impairment::dropped() const {
    return counter("dropped");
}
Result<std::uint64_t> Impairment::matched() const {
    return counter("matched");
}

}  // namespace janus_harness::testbed
