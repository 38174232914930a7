#include "harness/scenario/read_actions.h"

#include "harness/scenario/read_scenario.h"

namespace janus_harness::scenario {
namespace {

using json::Need;
using json::ObjectReader;
using json::Reading;

std::optional<SipSrtp> read_srtp(ObjectReader& step) {
    return step.enumeration<SipSrtp>("srtp", {{"sdes_optional", SipSrtp::sdes_optional},
                                              {"sdes_mandatory", SipSrtp::sdes_mandatory}});
}

Action read_register(Reading& reading, ObjectReader& step) {
    Register action;
    action.secret = read_template(reading, step, "secret");
    action.headers = read_headers(reading, step, "headers");
    action.refresh = step.boolean("refresh").value_or(false);
    return action;
}

Action read_call(Reading& reading, ObjectReader& step) {
    Call action;
    action.to = read_template(reading, step, "to", Need::required).value_or(Template{});
    action.headers = read_headers(reading, step, "headers");
    action.srtp = read_srtp(step);
    static const std::vector<std::pair<std::string, int>> profiles{{"AES_CM_128_HMAC_SHA1_80", 0},
                                                                   {"AES_CM_128_HMAC_SHA1_32", 1},
                                                                   {"AEAD_AES_128_GCM", 2},
                                                                   {"AEAD_AES_256_GCM", 3}};
    if (const auto profile = step.enumeration("srtp_profile", profiles))
        action.srtp_profile = profiles[static_cast<std::size_t>(*profile)].first;
    action.autoaccept_reinvites = step.boolean("autoaccept_reinvites");
    return action;
}

Action read_accept(Reading& reading, ObjectReader& step) {
    Accept action;
    action.headers = read_headers(reading, step, "headers");
    action.srtp = read_srtp(step);
    action.autoaccept_reinvites = step.boolean("autoaccept_reinvites");
    return action;
}

Action read_decline(Reading& reading, ObjectReader& step) {
    Decline action;
    if (const auto code = step.integer("code", {400, 699})) action.code = static_cast<int>(*code);
    action.headers = read_headers(reading, step, "headers");
    return action;
}

Action read_hangup(Reading& reading, ObjectReader& step) {
    return Hangup{read_headers(reading, step, "headers")};
}

Action read_talk(Reading&, ObjectReader& step) {
    Talk action;
    action.duration = step.duration("for", Need::required).value_or(action.duration);
    action.audio =
        step.enumeration<Audio>("audio", {{"tone", Audio::tone}, {"silence", Audio::silence}})
            .value_or(action.audio);
    return action;
}

Action read_attach(Reading&, ObjectReader& step) {
    return Attach{step.string("plugin")};
}

Action read_pause(Reading&, ObjectReader& step) {
    return Pause{step.duration("for", Need::required).value_or(Duration{0})};
}

Action read_wait_for(Reading&, ObjectReader& step) {
    step.find("expect", Need::required);
    return WaitFor{};
}

Action read_phone_call(Reading& reading, ObjectReader& step) {
    PhoneCall action;
    action.to = read_template(reading, step, "to", Need::required).value_or(Template{});
    action.headers = read_headers(reading, step, "headers");
    return action;
}

Action read_phone_reject(Reading&, ObjectReader& step) {
    PhoneReject action;
    action.code = static_cast<int>(step.integer("code", {300, 699}).value_or(action.code));
    action.reason = step.string("reason").value_or("");
    return action;
}

template <typename A>
Action read_plain(Reading&, ObjectReader&) {
    return A{};
}

}  // namespace

const std::vector<ActionKind>& browser_actions() {
    static const std::vector<ActionKind> actions{
        {"register", read_register},
        {"unregister", read_plain<Unregister>},
        {"call", read_call},
        {"accept", read_accept},
        {"decline", read_decline},
        {"hangup", read_hangup},
        {"talk", read_talk},
        {"wait_for", read_wait_for},
        {"pause", read_pause},
        {"create", read_plain<Create>},
        {"attach", read_attach},
        {"detach", read_plain<Detach>},
        {"destroy", read_plain<Destroy>},
        {"info", read_plain<Info>},
        {"keepalive", read_plain<Keepalive>},
    };
    return actions;
}

const std::vector<ActionKind>& sip_actions() {
    static const std::vector<ActionKind> actions{
        {"call", read_phone_call},
        {"ring", read_plain<PhoneRing>},
        {"answer", read_plain<PhoneAnswer>},
        {"reject", read_phone_reject},
        {"hangup", read_plain<PhoneHangup>},
        {"wait_for", read_wait_for},
        {"pause", read_pause},
    };
    return actions;
}

}  // namespace janus_harness::scenario
