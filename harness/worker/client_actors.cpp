// Who takes part in a client's iterations: the scenario's actors with this client's accounts.
#include <fmt/format.h>

#include "harness/actors/browser_actor.h"
#include "harness/actors/phone_actor.h"
#include "harness/worker/client.h"

namespace janus_harness::worker {
namespace {

struct Casting {
    std::optional<std::size_t> browser;  // whose phases are the call's
    std::optional<std::size_t> far_end;  // phone, or the second browser
    std::size_t browsers = 0;
    std::size_t phones = 0;
};

Casting cast(const scenario::Scenario& scenario) {
    Casting casting;
    for (std::size_t i = 0; i < scenario.actors.size(); ++i) {
        if (scenario.actors[i].is_browser()) {
            if (!casting.browser) {
                casting.browser = i;
            } else if (!casting.far_end) {
                casting.far_end = i;
            }
            ++casting.browsers;
        }
    }
    for (std::size_t i = 0; i < scenario.actors.size(); ++i) {
        if (scenario.actors[i].is_browser()) continue;
        if (casting.phones++ == 0) casting.far_end = i;
    }
    return casting;
}

deployment::AccountRow row(const std::vector<deployment::AccountRow>& rows, std::size_t index,
                           const char* prefix) {
    if (index < rows.size()) return rows[index];
    const std::string name = fmt::format("{}-{:04}", prefix, index + 1);
    return {name, name, "", ""};
}

// 20 bits, different for every stream of the clients that exist at once.
std::uint32_t stream_id(std::uint32_t slot, std::size_t actors, std::size_t index) {
    return static_cast<std::uint32_t>((slot * actors + index + 1) & 0xfffff);
}

}  // namespace

void Client::create_actors() {
    const auto& scenario = environment_.scenario;
    const auto& deployment = environment_.deployment;
    const Casting casting = cast(scenario);
    const auto apply = [this](std::string& target, const std::optional<scenario::Template>& text) {
        if (!text) return;
        if (auto value = expand(*text)) target = std::move(value).value();
    };
    const auto id_of = [&](std::size_t index) {
        return stream_id(slot_, scenario.actors.size(), index);
    };
    std::size_t browser = 0;
    std::size_t phone = 0;
    std::string caller;
    audio_.set_far_end_ours(environment_.far_end != nullptr || casting.browsers > 1);
    for (std::size_t i = 0; i < scenario.actors.size(); ++i) {
        const scenario::Actor& actor = scenario.actors[i];
        const bool measured = casting.browser == i;
        const std::size_t other =
            measured ? casting.far_end.value_or(i) : casting.browser.value_or(i);
        const bool echoed = !scenario.actors[other].is_browser() &&
                            scenario.actors[other].sip().audio == scenario::Audio::echo;
        const bool silent = !scenario.actors[other].is_browser() &&
                            scenario.actors[other].sip().audio == scenario::Audio::silence;
        const std::uint32_t expected = id_of(echoed ? i : other);
        if (actor.is_browser()) {
            auto account = row(deployment.accounts, slot_ * casting.browsers + browser++, "web");
            const scenario::Account& own = actor.browser().account;
            const std::string before = account.username;
            apply(account.username, own.username);
            // Another user name brings its own digest user, unless that is given too.
            if (account.username != before) account.authuser = account.username;
            apply(account.authuser, own.authuser);
            apply(account.secret, own.secret);
            apply(account.display_name, own.display_name);
            if (caller.empty()) caller = account.username;
            actors_.push_back(std::make_unique<actors::BrowserActor>(
                environment_, *this, i, actor.browser(), account,
                measured ? actors::BrowserPart::measured : actors::BrowserPart::far_end,
                actors::StreamIds{id_of(i), expected, silent}));
        } else {
            auto account =
                row(deployment.far_end_accounts, slot_ * casting.phones + phone++, "phone");
            apply(account.username, actor.sip().user);
            apply(account.display_name, actor.sip().display_name);
            auto created = std::make_unique<actors::PhoneActor>(
                environment_, *this, i, actor.sip(), account, caller,
                actors::StreamIds{id_of(i), expected, silent});
            created->begin();
            actors_.push_back(std::move(created));
        }
    }
}

}  // namespace janus_harness::worker
