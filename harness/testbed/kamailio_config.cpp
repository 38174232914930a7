#include <fmt/format.h>

#include "harness/testbed/kamailio_process.h"

namespace janus_harness::testbed {

namespace {

constexpr std::string_view modules =
    "tm tmx sl rr pv maxfwd usrloc registrar textops siputils auth htable sanity kex corex xlog";

// Kamailio's double-quoted strings would expand $variables; its single-quoted ones have no escape.
std::string quoted(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') result += '\\';
        result += c;
    }
    return result + '"';
}

std::string core_settings(const KamailioOptions& options) {
    return fmt::format(
        "debug=2\n"
        "log_stderror=yes\n"
        "children={}\n"
        "disable_tcp=yes\n"
        "auto_aliases=no\n"
        "dns=no\n"
        "rev_dns=no\n"
        "dns_try_ipv6=no\n"
        "listen=udp:{}:{}\n"
        "alias=\"{}\"\n",
        options.workers, options.address, options.port, options.domain);
}

std::string module_settings() {
    std::string text;
    for (std::size_t start = 0; start < modules.size();) {
        const std::size_t end = std::min(modules.find(' ', start), modules.size());
        text += fmt::format("loadmodule \"{}.so\"\n", modules.substr(start, end - start));
        start = end + 1;
    }
    return text +
           "modparam(\"usrloc\", \"db_mode\", 0)\n"
           "modparam(\"registrar\", \"max_expires\", 3600)\n"
           "modparam(\"rr\", \"append_fromtag\", 1)\n"
           "modparam(\"rr\", \"enable_full_lr\", 1)\n"
           "modparam(\"tm\", \"auto_inv_100\", 1)\n"
           "modparam(\"htable\", \"htable\", \"passwords=>size=12;\")\n"
           "modparam(\"htable\", \"htable\", \"users=>size=12;\")\n";
}

std::string account_table(const KamailioOptions& options) {
    std::string text = "event_route[htable:mod-init] {\n";
    for (const SipAccount& account : options.accounts) {
        const std::string& user = account.auth_user.empty() ? account.username : account.auth_user;
        text += fmt::format("    $sht(passwords=>{}) = {};\n", user, quoted(account.password));
        text += fmt::format("    $sht(users=>{}) = 1;\n", account.username);
    }
    return text + "}\n";
}

std::string call_authentication(const KamailioOptions& options) {
    if (!options.authenticate_calls) return "";
    return fmt::format(
        "    if (is_method(\"INVITE|MESSAGE\") && $sht(users=>$fU) != $null) {{\n"
        "        if ($sht(passwords=>$au) == $null ||\n"
        "            !pv_proxy_authenticate({0}, \"$sht(passwords=>$au)\", \"0\")) {{\n"
        "            proxy_challenge({0}, \"0\");\n"
        "            exit;\n"
        "        }}\n"
        "        consume_credentials();\n"
        "    }}\n",
        quoted(options.domain));
}

std::string registration_route(const KamailioOptions& options) {
    return fmt::format(
        "route[REGISTRATION] {{\n"
        "    if ($sht(passwords=>$au) == $null ||\n"
        "        !pv_www_authenticate({0}, \"$sht(passwords=>$au)\", \"0\")) {{\n"
        "        www_challenge({0}, \"0\");\n"
        "        exit;\n"
        "    }}\n"
        "    if (!save(\"location\")) sl_reply_error();\n"
        "    exit;\n"
        "}}\n",
        quoted(options.domain));
}

constexpr std::string_view in_dialog_route =
    "route[IN_DIALOG] {\n"
    "    if (loose_route()) route(RELAY);\n"
    "    if (is_method(\"ACK\")) {\n"
    "        if (t_check_trans()) route(RELAY);\n"
    "        exit;\n"
    "    }\n"
    "    sl_send_reply(\"481\", \"Call/Transaction Does Not Exist\");\n"
    "    exit;\n"
    "}\n"
    "route[RELAY] {\n"
    "    if (!t_relay()) sl_reply_error();\n"
    "    exit;\n"
    "}\n";

std::string request_route(const KamailioOptions& options) {
    return "request_route {\n"
           "    if (!mf_process_maxfwd_header(\"10\")) {\n"
           "        sl_send_reply(\"483\", \"Too Many Hops\");\n"
           "        exit;\n"
           "    }\n"
           "    if (is_method(\"CANCEL\")) {\n"
           "        if (t_check_trans()) route(RELAY);\n"
           "        exit;\n"
           "    }\n"
           "    if (!is_method(\"ACK\")) {\n"
           "        if (t_precheck_trans()) {\n"
           "            t_check_trans();\n"
           "            exit;\n"
           "        }\n"
           "        t_check_trans();\n"
           "    }\n"
           "    if (has_totag()) route(IN_DIALOG);\n"
           "    if (is_method(\"REGISTER\")) route(REGISTRATION);\n"
           "    if (is_method(\"OPTIONS\") && uri == myself && $rU == $null) {\n"
           "        sl_send_reply(\"200\", \"OK\");\n"
           "        exit;\n"
           "    }\n" +
           call_authentication(options) +
           "    remove_hf(\"Route\");\n"
           "    if (is_method(\"INVITE|SUBSCRIBE\")) record_route();\n"
           "    if (uri != myself) route(RELAY);\n"
           "    if (!lookup(\"location\")) {\n"
           "        if ($sht(users=>$rU) == $null) sl_send_reply(\"404\", \"Not Found\");\n"
           "        else sl_send_reply(\"480\", \"Temporarily Unavailable\");\n"
           "        exit;\n"
           "    }\n"
           "    route(RELAY);\n"
           "}\n";
}

}  // namespace

std::string kamailio_configuration(const KamailioOptions& options) {
    return "#!KAMAILIO\n" + core_settings(options) + module_settings() + account_table(options) +
           request_route(options) + registration_route(options) + std::string(in_dialog_route);
}

}  // namespace janus_harness::testbed
