#pragma once

#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace janus_harness {

// What went wrong, as a value. `code` is a stable, machine-readable slug in snake_case that scripts
// may match ("sdp_syntax", "dtls_fingerprint_mismatch"); `message` is for people and says what was
// found, what was expected and, where there is one, the place (file:line:column, byte offset, URL).
struct Error {
    std::string code;
    std::string message;
};

// Either a T or an Error. Errors climb as values to the outermost callback; no exception crosses a
// C callback. Reading value() of an error, or error() of a value, is a bug of ours and aborts.
template <typename T>
class [[nodiscard]] Result {
  public:
    Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}      // NOLINT(implicit)
    Result(Error error) : content_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(implicit)

    bool ok() const { return content_.index() == 0; }
    explicit operator bool() const { return ok(); }

    T& value() & { return *require<0>(); }
    const T& value() const& { return *require<0>(); }
    T&& value() && { return std::move(*require<0>()); }
    const Error& error() const { return *require<1>(); }
    T* operator->() { return require<0>(); }
    const T* operator->() const { return require<0>(); }

  private:
    template <std::size_t I>
    auto* require() {
        auto* held = std::get_if<I>(&content_);
        if (held == nullptr) std::abort();
        return held;
    }
    template <std::size_t I>
    const auto* require() const {
        const auto* held = std::get_if<I>(&content_);
        if (held == nullptr) std::abort();
        return held;
    }

    std::variant<T, Error> content_;
};

// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void> {
  public:
    Result() = default;
    Result(Error error) : error_(std::move(error)) {}  // NOLINT(implicit)

    bool ok() const { return !error_.has_value(); }
    explicit operator bool() const { return ok(); }
    const Error& error() const {
        if (!error_) std::abort();
        return *error_;
    }

  private:
    std::optional<Error> error_;
};

}  // namespace janus_harness
