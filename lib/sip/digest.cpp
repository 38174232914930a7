#include "sip/digest.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <map>

#include "core/text.h"

namespace janus_harness::sip {
namespace {

using AuthParameters = std::map<std::string, std::string>;  // names in lower case, unquoted

std::string take_quoted(std::string_view& text) {
    std::string value;
    text.remove_prefix(1);
    while (!text.empty() && text.front() != '"') {
        if (text.front() == '\\' && text.size() > 1) text.remove_prefix(1);
        value += text.front();
        text.remove_prefix(1);
    }
    if (!text.empty()) text.remove_prefix(1);
    return value;
}

std::string take_token(std::string_view& text) {
    const auto end = text.find(',');
    const std::string value(trim(text.substr(0, end)));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end);
    return value;
}

// `Digest name=value, name="value", ...`; none for another scheme or a malformed list.
std::optional<AuthParameters> parse_auth_parameters(std::string_view text) {
    constexpr std::string_view scheme = "Digest";
    text = trim(text);
    if (text.size() <= scheme.size() || !iequals(text.substr(0, scheme.size()), scheme)) return {};
    text.remove_prefix(scheme.size());
    if (text.front() != ' ' && text.front() != '\t') return {};
    AuthParameters parameters;
    while (!(text = trim(text)).empty()) {
        const auto equals = text.find('=');
        if (equals == std::string_view::npos) return {};
        const auto name = to_lower(trim(text.substr(0, equals)));
        text = trim(text.substr(equals + 1));
        parameters[name] = text.starts_with('"') ? take_quoted(text) : take_token(text);
        text = trim(text);
        if (text.starts_with(','))
            text.remove_prefix(1);
        else if (!text.empty())
            return {};
    }
    return parameters;
}

bool lists_auth(std::string_view qop) {
    for (const auto option : split(qop, ',')) {
        if (iequals(trim(option), "auth")) return true;
    }
    return false;
}

std::optional<std::uint32_t> parse_nonce_count(std::string_view text) {
    if (text.size() != 8) return {};
    const auto bytes = from_hex(text);
    if (!bytes) return {};
    std::uint32_t value = 0;
    for (const auto byte : *bytes) value = value << 8 | byte;
    return value;
}

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

std::string nonce_count_text(std::uint32_t count) {
    return fmt::format("{:08x}", count);
}

}  // namespace

std::string_view to_string(DigestAlgorithm algorithm) {
    return algorithm == DigestAlgorithm::md5 ? "MD5" : "SHA-256";
}

std::optional<DigestAlgorithm> parse_digest_algorithm(std::string_view text) {
    if (text.empty() || iequals(text, "MD5")) return DigestAlgorithm::md5;
    if (iequals(text, "SHA-256")) return DigestAlgorithm::sha256;
    return std::nullopt;
}

std::string digest_hash(DigestAlgorithm algorithm, std::string_view text) {
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    const EVP_MD* type = algorithm == DigestAlgorithm::md5 ? EVP_md5() : EVP_sha256();
    if (EVP_Digest(text.data(), text.size(), hash, &length, type, nullptr) != 1) return {};
    return to_hex(ByteView(hash, length));
}

std::string DigestChallenge::to_string() const {
    std::string out = "Digest realm=" + quoted(realm) + ", nonce=" + quoted(nonce);
    if (!opaque.empty()) out += ", opaque=" + quoted(opaque);
    out += fmt::format(", algorithm={}", sip::to_string(algorithm));
    if (qop_auth) out += ", qop=\"auth\"";
    if (stale) out += ", stale=true";
    return out;
}

std::optional<DigestChallenge> DigestChallenge::parse(std::string_view value) {
    auto parameters = parse_auth_parameters(value);
    if (!parameters) return std::nullopt;
    auto& field = *parameters;
    const auto algorithm = parse_digest_algorithm(field["algorithm"]);
    const bool qop_auth = lists_auth(field["qop"]);
    if (!algorithm || field["nonce"].empty() || !field.contains("realm")) return std::nullopt;
    if (!field["qop"].empty() && !qop_auth) return std::nullopt;
    return DigestChallenge{field["realm"], field["nonce"], field["opaque"],
                           *algorithm,     qop_auth,       iequals(field["stale"], "true")};
}

std::string DigestAuthorization::to_string() const {
    std::string out = "Digest username=" + quoted(username) + ", realm=" + quoted(realm) +
                      ", nonce=" + quoted(nonce) + ", uri=" + quoted(uri) +
                      ", response=" + quoted(response) +
                      fmt::format(", algorithm={}", sip::to_string(algorithm));
    if (qop_auth) {
        out += ", cnonce=" + quoted(cnonce) + ", qop=auth, nc=" + nonce_count_text(nonce_count);
    }
    if (!opaque.empty()) out += ", opaque=" + quoted(opaque);
    return out;
}

std::optional<DigestAuthorization> DigestAuthorization::parse(std::string_view value) {
    auto parameters = parse_auth_parameters(value);
    if (!parameters) return std::nullopt;
    auto& field = *parameters;
    const auto algorithm = parse_digest_algorithm(field["algorithm"]);
    if (!algorithm || field["username"].empty() || field["nonce"].empty()) return std::nullopt;
    DigestAuthorization result;
    result.username = field["username"];
    result.realm = field["realm"];
    result.nonce = field["nonce"];
    result.uri = field["uri"];
    result.response = field["response"];
    result.opaque = field["opaque"];
    result.algorithm = *algorithm;
    if (field["qop"].empty()) return result;
    const auto count = parse_nonce_count(field["nc"]);
    if (!iequals(field["qop"], "auth") || !count || field["cnonce"].empty()) return std::nullopt;
    result.qop_auth = true;
    result.nonce_count = *count;
    result.cnonce = field["cnonce"];
    return result;
}

std::string digest_response(const DigestAuthorization& authorization, std::string_view password,
                            std::string_view method) {
    const auto& a = authorization;
    const auto hash = [&](const std::string& text) { return digest_hash(a.algorithm, text); };
    const auto ha1 = hash(fmt::format("{}:{}:{}", a.username, a.realm, password));
    const auto ha2 = hash(fmt::format("{}:{}", method, a.uri));
    if (!a.qop_auth) return hash(fmt::format("{}:{}:{}", ha1, a.nonce, ha2));
    return hash(fmt::format("{}:{}:{}:{}:auth:{}", ha1, a.nonce, nonce_count_text(a.nonce_count),
                            a.cnonce, ha2));
}

DigestAuthorization answer_challenge(const DigestChallenge& challenge,
                                     const Credentials& credentials, std::string_view method,
                                     std::string_view uri, std::string_view cnonce,
                                     std::uint32_t nonce_count) {
    DigestAuthorization answer;
    answer.username = credentials.username;
    answer.realm = challenge.realm;
    answer.nonce = challenge.nonce;
    answer.uri = std::string(uri);
    answer.opaque = challenge.opaque;
    answer.algorithm = challenge.algorithm;
    answer.qop_auth = challenge.qop_auth;
    if (challenge.qop_auth) {
        answer.cnonce = std::string(cnonce);
        answer.nonce_count = nonce_count;
    }
    answer.response = digest_response(answer, credentials.password, method);
    return answer;
}

}  // namespace janus_harness::sip
