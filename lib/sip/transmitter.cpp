#include "sip/transmitter.h"

#include "core/text.h"

namespace janus_harness::sip {
namespace {

// Masks the value of `response=` in text[start, end).
void mask_response(std::string& text, std::size_t start, std::size_t end) {
    constexpr std::string_view name = "response=";
    for (std::size_t i = start; i + name.size() <= end; ++i) {
        if (!iequals(std::string_view(text).substr(i, name.size()), name)) continue;
        for (i += name.size(); i < end && text[i] != ','; ++i) {
            if (text[i] != '"') text[i] = '*';
        }
    }
}

}  // namespace

std::string mask_credentials(std::string text) {
    constexpr std::string_view name = "authorization";
    const std::size_t head_end = std::min(text.find("\r\n\r\n"), text.size());
    std::size_t start = 0;
    while (start < head_end) {
        const std::size_t end = std::min(text.find("\r\n", start), head_end);
        const std::size_t colon = std::min(text.find(':', start), end);
        const auto field = to_lower(trim(std::string_view(text).substr(start, colon - start)));
        if (field.ends_with(name)) mask_response(text, colon, end);
        start = end + 2;
    }
    return text;
}

void Transmitter::send(TimePoint now, const SocketAddress& remote, const std::string& text) {
    ++stats_.sent;
    datagrams_.push_back({remote, Bytes(text.begin(), text.end())});
    if (trace_) push(MessageTrace{now, Direction::sent, remote, mask_credentials(text)});
}

void Transmitter::resend(TimePoint now, const SocketAddress& remote, const std::string& text) {
    ++stats_.retransmissions_sent;
    send(now, remote, text);
}

void Transmitter::trace_received(TimePoint now, const SocketAddress& remote, ByteView bytes) {
    if (!trace_) return;
    push(MessageTrace{now, Direction::received, remote,
                      mask_credentials(std::string(bytes.begin(), bytes.end()))});
}

std::optional<Datagram> Transmitter::poll_transmit() {
    if (datagrams_.empty()) return std::nullopt;
    std::optional<Datagram> datagram(std::move(datagrams_.front()));
    datagrams_.pop_front();
    return datagram;
}

std::optional<Event> Transmitter::poll_event() {
    if (events_.empty()) return std::nullopt;
    std::optional<Event> event(std::move(events_.front()));
    events_.pop_front();
    return event;
}

}  // namespace janus_harness::sip
