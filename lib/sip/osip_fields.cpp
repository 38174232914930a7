// Uri::parse, NameAddr::parse, Via::parse and CSeq::parse on libosip2's field parsers: the only
// file that sees osip. Each osip structure lives in a unique_ptr for the time of one call. The
// parsers of single fields need no parser_init(), which only fills tables of the whole-message
// parser.
#include <osipparser2/osip_headers.h>
#include <osipparser2/osip_list.h>
#include <osipparser2/osip_uri.h>

#include <memory>

#include "core/text.h"
#include "sip/message.h"

namespace janus_harness::sip {
namespace {

template <auto Free>
struct OsipDelete {
    template <typename T>
    void operator()(T* object) const {
        Free(object);
    }
};
using OsipUri = std::unique_ptr<osip_uri_t, OsipDelete<osip_uri_free>>;
using OsipFrom = std::unique_ptr<osip_from_t, OsipDelete<osip_from_free>>;
using OsipVia = std::unique_ptr<osip_via_t, OsipDelete<osip_via_free>>;
using OsipCSeq = std::unique_ptr<osip_cseq_t, OsipDelete<osip_cseq_free>>;

template <typename Pointer, typename T>
Pointer make(int (*init)(T**)) {
    T* object = nullptr;
    return init(&object) == 0 ? Pointer(object) : Pointer();
}

std::string text(const char* value) {
    return value == nullptr ? std::string() : value;
}

Parameters convert(const osip_list_t& list) {
    Parameters out;
    osip_list_iterator_t position;
    for (void* item = osip_list_get_first(&list, &position); item != nullptr;
         item = osip_list_get_next(&position)) {
        const auto* parameter = static_cast<const osip_uri_param_t*>(item);
        if (parameter->gname == nullptr) continue;
        out.push_back({parameter->gname, parameter->gvalue == nullptr
                                             ? std::nullopt
                                             : std::optional<std::string>(parameter->gvalue)});
    }
    return out;
}

// A missing port is 0; none for a port that is no number of 1 to 65535.
std::optional<std::uint16_t> convert_port(const char* port) {
    if (port == nullptr) return std::uint16_t{0};
    const auto number = parse_unsigned(trim(port));
    if (!number || *number == 0 || *number > 65535) return std::nullopt;
    return static_cast<std::uint16_t>(*number);
}

// After unescaping (%0D%0A) a field may hold what must never get into a header line; escaping on
// output covers user, password and parameters, but the host goes out as it is.
bool clean(const std::string& value) {
    for (const char c : value) {
        if (static_cast<unsigned char>(c) <= ' ' || c == '<' || c == '>' || c == '"') return false;
    }
    return true;
}

std::optional<Uri> convert(const osip_uri_t& from) {
    Uri uri;
    uri.scheme = text(from.scheme);
    uri.opaque = text(from.string);
    if (!uri.is_sip())
        return clean(uri.opaque) && clean(uri.scheme) ? std::optional(uri) : std::nullopt;
    const auto port = convert_port(from.port);
    if (!port) return std::nullopt;
    uri.user = text(from.username);
    uri.password = text(from.password);
    uri.host = text(from.host);
    uri.port = *port;
    uri.parameters = convert(from.url_params);
    uri.headers = convert(from.url_headers);
    if (uri.host.empty() || !clean(uri.host)) return std::nullopt;
    return uri;
}

}  // namespace

std::optional<Uri> Uri::parse(const std::string& value) {
    const auto uri = make<OsipUri>(osip_uri_init);
    if (!uri || osip_uri_parse(uri.get(), value.c_str()) != 0) return std::nullopt;
    return convert(*uri);
}

// From, To, Contact and routes share one grammar; osip's From parser covers it.
std::optional<NameAddr> NameAddr::parse(const std::string& value) {
    const auto from = make<OsipFrom>(osip_from_init);
    if (!from || osip_from_parse(from.get(), value.c_str()) != 0 || from->url == nullptr) {
        return std::nullopt;
    }
    auto uri = convert(*from->url);
    if (!uri) return std::nullopt;
    return NameAddr{text(from->displayname), std::move(*uri), convert(from->gen_params)};
}

std::optional<Via> Via::parse(const std::string& value) {
    const auto via = make<OsipVia>(osip_via_init);
    if (!via || osip_via_parse(via.get(), value.c_str()) != 0) return std::nullopt;
    const auto port = convert_port(via->port);
    Via out;
    out.transport = text(via->protocol);
    out.host = text(via->host);
    if (!port || out.host.empty() || !clean(out.host) || !clean(out.transport)) return std::nullopt;
    out.port = *port;
    out.parameters = convert(via->via_params);
    return out;
}

std::optional<CSeq> CSeq::parse(const std::string& value) {
    const auto cseq = make<OsipCSeq>(osip_cseq_init);
    if (!cseq || osip_cseq_parse(cseq.get(), value.c_str()) != 0) return std::nullopt;
    const auto number = parse_unsigned(trim(text(cseq->number)));
    if (!number || *number > 0x7fffffff || text(cseq->method).empty()) return std::nullopt;
    return CSeq{static_cast<std::uint32_t>(*number), std::string(trim(text(cseq->method)))};
}

}  // namespace janus_harness::sip
