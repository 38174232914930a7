#include "json/document_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "json/parse.h"

namespace janus_harness::json {

bool DocumentBuilder::report(std::size_t offset, std::string pointer, std::string message) {
    const Position position = source_.position(offset);
    diagnostics_.push_back({source_.name(), position.line, position.column, std::move(pointer),
                            std::move(message), ""});
    return false;
}

std::string DocumentBuilder::pointer_of_next() const {
    if (open_.empty()) return "";
    const Value& container = *open_.back();
    if (container.kind == Kind::array)
        return append_pointer(container.location.pointer,
                              std::to_string(container.elements.size()));
    return append_pointer(container.location.pointer, pending_key_);
}

Value& DocumentBuilder::place(Value value) {
    if (open_.empty()) return root_ = std::move(value);
    Value& container = *open_.back();
    if (container.kind == Kind::array) {
        container.elements.push_back(std::move(value));
        return container.elements.back();
    }
    if (std::exchange(pending_key_is_duplicate_, false))
        return discarded_.emplace_back(std::move(value));
    container.members.push_back(
        {std::move(pending_key_), std::move(pending_key_location_), std::move(value)});
    return container.members.back().value;
}

bool DocumentBuilder::scalar(Value value, std::size_t end) {
    const std::size_t begin = next_token();
    // The reader writes a lone low surrogate (\udc00) as if it were a character.
    if (value.kind == Kind::string && !is_utf8(value.string))
        return report(begin, pointer_of_next(),
                      "a \\u escape in this string names half of a "
                      "surrogate pair");
    value.location = {source_.position(begin), pointer_of_next()};
    place(std::move(value));
    end_of_last_ = end;
    return true;
}

bool DocumentBuilder::key(std::string name, std::size_t end) {
    const std::size_t begin = next_token();
    if (!is_utf8(name))
        return report(begin, "", "a \\u escape in this key names half of a surrogate pair");
    end_of_last_ = end;
    pending_key_ = std::move(name);
    pending_key_location_ = {source_.position(begin), pointer_of_next()};
    const auto& members = open_.back()->members;
    const auto first = std::find_if(members.begin(), members.end(), [&](const Member& member) {
        return member.name == pending_key_;
    });
    pending_key_is_duplicate_ = first != members.end();
    if (pending_key_is_duplicate_)
        report(begin, pending_key_location_.pointer,
               fmt::format("duplicate key \"{}\", first given in line {}", pending_key_,
                           first->location.position.line));
    return true;
}

bool DocumentBuilder::open(Kind kind, std::size_t end) {
    const std::size_t begin = next_token();
    if (open_.size() >= maximum_depth)
        return report(begin, pointer_of_next(),
                      fmt::format("nested deeper than {} levels", maximum_depth));
    Value container;
    container.kind = kind;
    container.location = {source_.position(begin), pointer_of_next()};
    Value& placed = place(std::move(container));
    open_.push_back(&placed);
    end_of_last_ = end;
    return true;
}

bool DocumentBuilder::close(std::size_t end) {
    open_.pop_back();
    end_of_last_ = end;
    return true;
}

Document DocumentBuilder::take() {
    return {{source_.name()}, std::move(root_)};
}

}  // namespace janus_harness::json
