#include "harness/testbed/janus_config.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"

namespace janus_harness::testbed {

namespace {

std::string quoted(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') result += '\\';
        result += c;
    }
    return result + '"';
}

std::string flag(bool value) {
    return value ? "true" : "false";
}

std::string range(PortRange ports) {
    return fmt::format("\"{}-{}\"", ports.first, ports.last);
}

// One .jcfg file (libconfig's syntax): sections of keys in the order they were set.
class Configuration {
  public:
    void set(std::string_view section, std::string_view key, std::string value) {
        auto& lines = section_named(section).lines;
        const auto line = std::find_if(lines.begin(), lines.end(),
                                       [&](const auto& entry) { return entry.first == key; });
        if (line != lines.end())
            line->second = std::move(value);
        else
            lines.emplace_back(key, std::move(value));
    }

    std::string text() const {
        std::string result;
        for (const Section& section : sections_) {
            result += section.name + ": {\n";
            for (const auto& [key, value] : section.lines)
                result += fmt::format("    {} = {}\n", key, value);
            result += "}\n";
        }
        return result;
    }

  private:
    struct Section {
        std::string name;
        std::vector<std::pair<std::string, std::string>> lines;
    };

    Section& section_named(std::string_view name) {
        for (Section& section : sections_)
            if (section.name == name) return section;
        sections_.push_back({std::string(name), {}});
        return sections_.back();
    }

    std::vector<Section> sections_;
};

std::string libraries(std::initializer_list<std::string_view> names) {
    std::string list;
    for (const std::string_view name : names)
        list += fmt::format("{}libjanus_{}.so", list.empty() ? "" : ",", name);
    return quoted(list);
}

// What else Debian and the project's own builds install; loading it would only cost time.
void disable_unused_modules(Configuration& file) {
    file.set("plugins", "disable",
             libraries({"audiobridge", "duktape", "echotest", "lua", "nosip", "recordplay",
                        "streaming", "textroom", "videocall", "videoroom", "voicemail"}));
    file.set("transports", "disable", libraries({"mqtt", "nanomsg", "pfunix", "rabbitmq"}));
    file.set("loggers", "disable", libraries({"jsonlog"}));
    file.set("events", "broadcast", "false");
    file.set("events", "disable",
             libraries({"gelfevh", "mqttevh", "nanomsgevh", "rabbitmqevh", "sampleevh", "wsevh"}));
}

Configuration janus_file(const JanusOptions& options) {
    Configuration file;
    file.set("general", "debug_level", std::to_string(options.debug_level));
    file.set("general", "debug_colors", "false");
    file.set("general", "debug_timestamps", "true");
    file.set("general", "log_to_stdout", "false");
    file.set("general", "log_to_file", quoted(options.run_folder + "/janus.log"));
    file.set("general", "interface", quoted(options.address));
    file.set("general", "admin_secret", quoted(options.admin_secret));
    if (!options.api_secret.empty()) file.set("general", "api_secret", quoted(options.api_secret));
    if (options.token_auth) file.set("general", "token_auth", "true");
    if (options.event_loops > 0)
        file.set("general", "event_loops", std::to_string(options.event_loops));
    file.set("media", "ipv6", "false");
    file.set("media", "rtp_port_range", range(options.webrtc_rtp_ports));
    file.set("nat", "full_trickle", flag(options.full_trickle));
    // Without it Janus would offer a candidate for every address of the interface, the browsers'
    // and the far end's included.
    file.set("nat", "ice_enforce_list", quoted(options.address));
    disable_unused_modules(file);
    return file;
}

Configuration sip_file(const JanusOptions& options) {
    Configuration file;
    file.set("general", "local_ip", quoted(options.address));
    file.set("general", "local_media_ip", quoted(options.address));
    file.set("general", "rtp_port_range", range(options.sip_rtp_ports));
    file.set("general", "behind_nat", "false");
    return file;
}

bool secure(const JanusOptions& options) {
    return !options.certificate_file.empty() && !options.key_file.empty();
}

void set_certificates(Configuration& file, const JanusOptions& options) {
    file.set("certificates", "cert_pem", quoted(options.certificate_file));
    file.set("certificates", "cert_key", quoted(options.key_file));
}

Configuration http_file(const JanusOptions& options) {
    Configuration file;
    file.set("general", "json", quoted("compact"));
    file.set("general", "base_path", quoted("/janus"));
    file.set("general", "http", "true");
    file.set("general", "ip", quoted(options.address));
    file.set("general", "port", std::to_string(options.http_port));
    // A client holds up to two connections; the library's own limit of 1020 would end a large run.
    file.set("general", "mhd_connection_limit", "65536");
    file.set("general", "https", flag(secure(options)));
    file.set("admin", "admin_base_path", quoted("/admin"));
    file.set("admin", "admin_http", "true");
    file.set("admin", "admin_ip", quoted(options.address));
    file.set("admin", "admin_port", std::to_string(options.admin_port));
    file.set("admin", "admin_https", "false");
    if (secure(options)) {
        file.set("general", "secure_port", std::to_string(options.https_port));
        file.set("general", "secure_ip", quoted(options.address));
        set_certificates(file, options);
    }
    return file;
}

Configuration websockets_file(const JanusOptions& options) {
    Configuration file;
    file.set("general", "json", quoted("compact"));
    file.set("general", "ws", "true");
    file.set("general", "ws_ip", quoted(options.address));
    file.set("general", "ws_port", std::to_string(options.websocket_port));
    file.set("general", "wss", flag(secure(options)));
    file.set("admin", "admin_ws", "false");
    if (secure(options)) {
        file.set("general", "wss_ip", quoted(options.address));
        file.set("general", "wss_port", std::to_string(options.secure_websocket_port));
        set_certificates(file, options);
    }
    return file;
}

struct NamedConfiguration {
    std::string_view setting_name;  // as in JanusSetting::file
    std::string file_name;
    Configuration content;
};

std::vector<NamedConfiguration> all_files(const JanusOptions& options) {
    std::vector<NamedConfiguration> files;
    files.push_back({"janus", "janus.jcfg", janus_file(options)});
    files.push_back({"sip", "janus.plugin.sip.jcfg", sip_file(options)});
    files.push_back({"http", "janus.transport.http.jcfg", http_file(options)});
    files.push_back({"websockets", "janus.transport.websockets.jcfg", websockets_file(options)});
    return files;
}

bool is_literal(std::string_view value) {
    if (value == "true" || value == "false") return true;
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') return true;
    const std::string_view digits = value.starts_with('-') ? value.substr(1) : value;
    return parse_unsigned(digits).has_value();
}

}  // namespace

Result<JanusSetting> parse_janus_setting(std::string_view text) {
    const Error error{"bad_janus_setting",
                      fmt::format("\"{}\": expected FILE.SECTION.KEY=VALUE with FILE one of janus, "
                                  "sip, http, websockets, such as sip.general.register_ttl=60",
                                  text)};
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) return error;
    const auto path = split(text.substr(0, equals), '.');
    if (path.size() != 3) return error;
    for (const std::string_view part : path)
        if (trim(part).empty()) return error;
    const std::string_view value = trim(text.substr(equals + 1));
    return JanusSetting{std::string(trim(path[0])), std::string(trim(path[1])),
                        std::string(trim(path[2])),
                        is_literal(value) ? std::string(value) : quoted(value)};
}

Result<std::vector<ConfigurationFile>> janus_configuration(const JanusOptions& options) {
    std::vector<NamedConfiguration> files = all_files(options);
    for (const JanusSetting& setting : options.settings) {
        const auto file = std::find_if(files.begin(), files.end(), [&](const auto& candidate) {
            return candidate.setting_name == setting.file;
        });
        if (file == files.end())
            return Error{"bad_janus_setting",
                         fmt::format("no configuration file \"{}\": expected janus, sip, http or "
                                     "websockets",
                                     setting.file)};
        file->content.set(setting.section, setting.key, setting.value);
    }
    std::vector<ConfigurationFile> result;
    for (const NamedConfiguration& file : files)
        result.push_back({file.file_name, file.content.text()});
    return result;
}

std::string janus_http_url(const JanusOptions& options) {
    return fmt::format("http://{}:{}/janus", options.address, options.http_port);
}

std::string janus_ws_url(const JanusOptions& options) {
    return fmt::format("ws://{}:{}", options.address, options.websocket_port);
}

std::string janus_admin_url(const JanusOptions& options) {
    return fmt::format("http://{}:{}/admin", options.address, options.admin_port);
}

}  // namespace janus_harness::testbed
