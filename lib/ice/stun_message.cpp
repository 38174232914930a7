#include "ice/stun_message.h"

#include <stun/stunagent.h>

#include <algorithm>

#include "ice/stun_attributes.h"

namespace janus_harness::ice {

namespace {

constexpr std::array<std::uint8_t, 4> kMagicCookie{0x21, 0x12, 0xa4, 0x42};
constexpr std::size_t kLargestMessage = 1280;

// libnice's agent is a table of transactions and some flags. The transactions are kept by the ICE
// agents, so one table a thread, of which only the first place is ever used, serves everybody.
StunAgent& native_agent(StunAgentUsageFlags flags) {
    thread_local StunAgent agent;
    thread_local bool is_initialized = false;
    if (!is_initialized) {
        stun_agent_init(&agent, STUN_ALL_KNOWN_ATTRIBUTES, STUN_COMPATIBILITY_RFC5389, flags);
        is_initialized = true;
    }
    agent.usage_flags = flags;
    agent.sent_ids[0].valid = false;
    return agent;
}

StunAgentUsageFlags operator|(StunAgentUsageFlags left, StunAgentUsageFlags right) {
    return static_cast<StunAgentUsageFlags>(static_cast<unsigned>(left) |
                                            static_cast<unsigned>(right));
}

// The codec takes pointers to non-const, but reads only.
std::uint8_t* mutable_bytes(std::string_view text) {
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
}

bool is_fingerprint_right(ByteView datagram) {
    ::StunMessage message{};
    auto& agent =
        native_agent(STUN_AGENT_USAGE_IGNORE_CREDENTIALS | STUN_AGENT_USAGE_USE_FINGERPRINT);
    const auto status =
        stun_agent_validate(&agent, &message, datagram.data(), datagram.size(), nullptr, nullptr);
    // A response matches no transaction of this table, which is found out after the fingerprint.
    return status == STUN_VALIDATION_SUCCESS || status == STUN_VALIDATION_UNMATCHED_RESPONSE ||
           status == STUN_VALIDATION_UNKNOWN_ATTRIBUTE ||
           status == STUN_VALIDATION_UNKNOWN_REQUEST_ATTRIBUTE;
}

::StunMessage native_view(ByteView datagram) {
    ::StunMessage message{};
    message.buffer = const_cast<std::uint8_t*>(datagram.data());
    message.buffer_len = datagram.size();
    return message;
}

std::string text_attribute(const ::StunMessage& message, StunAttribute type) {
    std::uint16_t length = 0;
    const auto* text = static_cast<const char*>(stun_message_find(&message, type, &length));
    return text == nullptr ? std::string() : std::string(text, length);
}

std::optional<std::uint64_t> attribute64(const ::StunMessage& message, StunAttribute type) {
    std::uint64_t value = 0;
    if (stun_message_find64(&message, type, &value) != STUN_MESSAGE_RETURN_SUCCESS) return {};
    return value;
}

std::optional<std::uint32_t> attribute32(const ::StunMessage& message, StunAttribute type) {
    std::uint32_t value = 0;
    if (stun_message_find32(&message, type, &value) != STUN_MESSAGE_RETURN_SUCCESS) return {};
    return value;
}

std::optional<int> error_code(const ::StunMessage& message) {
    int code = 0;
    if (stun_message_find_error(&message, &code) != STUN_MESSAGE_RETURN_SUCCESS) return {};
    return code;
}

std::optional<SocketAddress> mapped_address(const ::StunMessage& message) {
    sockaddr_storage storage{};
    socklen_t size = sizeof storage;
    if (stun_message_find_xor_addr(&message, STUN_ATTRIBUTE_XOR_MAPPED_ADDRESS, &storage, &size) !=
        STUN_MESSAGE_RETURN_SUCCESS) {
        return {};
    }
    return SocketAddress::from_sockaddr(reinterpret_cast<const sockaddr*>(&storage));
}

StunClass class_of(const ::StunMessage& message) {
    switch (stun_message_get_class(&message)) {
        case STUN_REQUEST:
            return StunClass::request;
        case STUN_INDICATION:
            return StunClass::indication;
        case STUN_RESPONSE:
            return StunClass::success;
        case STUN_ERROR:
            return StunClass::error;
    }
    return StunClass::indication;
}

// A password validator for stun_agent_validate(): the user data is the password.
bool give_password(StunAgent*, ::StunMessage*, std::uint8_t*, std::uint16_t,
                   std::uint8_t** password, std::size_t* length, void* user_data) {
    const auto& text = *static_cast<const std::string_view*>(user_data);
    *password = mutable_bytes(text);
    *length = text.size();
    return true;
}

// Errors that libnice takes without looking at MESSAGE-INTEGRITY.
bool is_unverifiable(const ::StunMessage& message) {
    const auto code = error_code(message);
    return stun_message_get_class(&message) == STUN_ERROR && code &&
           (*code == STUN_ERROR_BAD_REQUEST || *code == STUN_ERROR_UNAUTHORIZED ||
            *code == STUN_ERROR_STALE_NONCE || *code == STUN_ERROR_TRY_ALTERNATE);
}

bool verify(ByteView datagram, std::string_view password, StunAgentUsageFlags flags) {
    const auto layout = stun_layout(datagram);
    if (!layout || !layout->has_integrity || password.empty()) return false;
    const ::StunMessage view = native_view(datagram);
    if (is_unverifiable(view)) return false;
    auto& agent = native_agent(flags);
    // A response is checked with the key of its request, so that request is entered first.
    StunAgentSavedIds& request = agent.sent_ids[0];
    stun_message_id(&view, request.id);
    request.method = stun_message_get_method(&view);
    request.key = mutable_bytes(password);
    request.key_len = password.size();
    request.long_term_valid = false;
    request.valid = true;
    ::StunMessage message{};
    const auto status = stun_agent_validate(&agent, &message, datagram.data(), datagram.size(),
                                            &give_password, &password);
    return status == STUN_VALIDATION_SUCCESS || status == STUN_VALIDATION_UNKNOWN_ATTRIBUTE ||
           status == STUN_VALIDATION_UNKNOWN_REQUEST_ATTRIBUTE;
}

// A message being written.
class Writer {
  public:
    Writer(::StunClass message_class, const TransactionId& id) {
        std::copy(kMagicCookie.begin(), kMagicCookie.end(), native_id_.begin());
        std::copy(id.begin(), id.end(), native_id_.begin() + kMagicCookie.size());
        message_.agent = &agent_;
        message_.buffer = buffer_.data();
        message_.buffer_len = buffer_.size();
        ok_ = stun_message_init(&message_, message_class, STUN_BINDING, native_id_.data());
    }

    ::StunMessage* message() { return &message_; }
    void require(StunMessageReturn result) { ok_ = ok_ && result == STUN_MESSAGE_RETURN_SUCCESS; }

    // The whole message; empty when it does not fit.
    Bytes finish(std::string_view password) {
        const std::uint8_t* key = password.empty() ? nullptr : mutable_bytes(password);
        const std::size_t length =
            ok_ ? stun_agent_finish_message(&agent_, &message_, key, password.size()) : 0;
        return {buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(length)};
    }

  private:
    StunAgent& agent_ =
        native_agent(STUN_AGENT_USAGE_SHORT_TERM_CREDENTIALS | STUN_AGENT_USAGE_USE_FINGERPRINT);
    std::array<std::uint8_t, kLargestMessage> buffer_{};
    std::array<std::uint8_t, 16> native_id_{};
    ::StunMessage message_{};
    bool ok_ = false;
};

void append_unknown(Writer& writer, const std::vector<std::uint16_t>& types) {
    Bytes bytes;
    for (const std::uint16_t type : types) {
        bytes.push_back(static_cast<std::uint8_t>(type >> 8));
        bytes.push_back(static_cast<std::uint8_t>(type));
    }
    writer.require(stun_message_append_bytes(writer.message(), STUN_ATTRIBUTE_UNKNOWN_ATTRIBUTES,
                                             bytes.data(), bytes.size()));
}

}  // namespace

std::optional<StunMessage> parse_stun(ByteView datagram) {
    auto layout = stun_layout(datagram);
    if (!layout || (layout->has_fingerprint && !is_fingerprint_right(datagram))) {
        return std::nullopt;
    }
    const ::StunMessage view = native_view(datagram);
    StunMessage message;
    message.message_class = class_of(view);
    message.method = static_cast<std::uint16_t>(stun_message_get_method(&view));
    std::copy_n(datagram.begin() + 8, message.transaction_id.size(),
                message.transaction_id.begin());
    message.username = text_attribute(view, STUN_ATTRIBUTE_USERNAME);
    message.software = text_attribute(view, STUN_ATTRIBUTE_SOFTWARE);
    message.realm = text_attribute(view, STUN_ATTRIBUTE_REALM);
    message.nonce = text_attribute(view, STUN_ATTRIBUTE_NONCE);
    message.priority = attribute32(view, STUN_ATTRIBUTE_PRIORITY);
    message.use_candidate = stun_message_has_attribute(&view, STUN_ATTRIBUTE_USE_CANDIDATE);
    message.ice_controlling = attribute64(view, STUN_ATTRIBUTE_ICE_CONTROLLING);
    message.ice_controlled = attribute64(view, STUN_ATTRIBUTE_ICE_CONTROLLED);
    message.xor_mapped_address = mapped_address(view);
    message.error_code = error_code(view);
    message.has_integrity = layout->has_integrity;
    message.has_fingerprint = layout->has_fingerprint;
    message.unknown_attributes = std::move(layout->unknown_attributes);
    return message;
}

bool verify_short_term(ByteView datagram, std::string_view password) {
    return verify(datagram, password, STUN_AGENT_USAGE_SHORT_TERM_CREDENTIALS);
}

bool verify_long_term(ByteView datagram, std::string_view password) {
    return verify(datagram, password, STUN_AGENT_USAGE_LONG_TERM_CREDENTIALS);
}

Bytes encode_check(const ConnectivityCheck& check, std::string_view password) {
    Writer writer(STUN_REQUEST, check.transaction_id);
    ::StunMessage* message = writer.message();
    writer.require(stun_message_append_bytes(message, STUN_ATTRIBUTE_USERNAME,
                                             check.username.data(), check.username.size()));
    writer.require(stun_message_append32(message, STUN_ATTRIBUTE_PRIORITY, check.priority));
    const auto role =
        check.controlling ? STUN_ATTRIBUTE_ICE_CONTROLLING : STUN_ATTRIBUTE_ICE_CONTROLLED;
    writer.require(stun_message_append64(message, role, check.tie_breaker));
    if (check.use_candidate) {
        writer.require(stun_message_append_flag(message, STUN_ATTRIBUTE_USE_CANDIDATE));
    }
    return writer.finish(password);
}

Bytes encode_success(const TransactionId& id, const SocketAddress& mapped,
                     std::string_view password) {
    Writer writer(STUN_RESPONSE, id);
    sockaddr_storage storage{};
    std::copy_n(reinterpret_cast<const std::uint8_t*>(mapped.data()), mapped.size(),
                reinterpret_cast<std::uint8_t*>(&storage));
    writer.require(stun_message_append_xor_addr(writer.message(), STUN_ATTRIBUTE_XOR_MAPPED_ADDRESS,
                                                &storage, mapped.size()));
    return writer.finish(password);
}

Bytes encode_error(const TransactionId& id, int code, std::string_view password,
                   const std::vector<std::uint16_t>& unknown_attributes) {
    Writer writer(STUN_ERROR, id);
    writer.require(stun_message_append_error(writer.message(), static_cast<StunError>(code)));
    if (!unknown_attributes.empty()) append_unknown(writer, unknown_attributes);
    return writer.finish(password);
}

std::optional<std::string> destination_ufrag(ByteView datagram) {
    const auto layout = stun_layout(datagram);
    if (!layout) return std::nullopt;
    const ::StunMessage view = native_view(datagram);
    if (class_of(view) != StunClass::request) return std::nullopt;
    std::string username = text_attribute(view, STUN_ATTRIBUTE_USERNAME);
    const std::size_t colon = username.find(':');
    if (colon == std::string::npos) return std::nullopt;
    username.resize(colon);
    return username;
}

}  // namespace janus_harness::ice
