#pragma once

#include <rapidjson/document.h>

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/time.h"

namespace janus_harness::reports {

// A value of the document, or nothing: looking for a member of what is not there gives nothing
// again, so that a result of an older harness, or one cut short, reads as "not known".
class Node {
  public:
    Node() = default;
    explicit Node(const rapidjson::Value& value) : value_(&value) {}

    Node operator[](const char* name) const {
        if (value_ == nullptr || !value_->IsObject()) return {};
        const auto found = value_->FindMember(name);
        return found == value_->MemberEnd() ? Node{} : Node{found->value};
    }
    bool is_object() const { return value_ != nullptr && value_->IsObject(); }
    std::string text() const {
        if (value_ == nullptr || !value_->IsString()) return {};
        return {value_->GetString(), value_->GetStringLength()};
    }
    std::optional<std::uint64_t> known_count() const {
        if (value_ == nullptr || !value_->IsUint64()) return std::nullopt;
        return value_->GetUint64();
    }
    std::uint64_t count() const { return known_count().value_or(0); }
    std::optional<std::int64_t> known_integer() const {
        if (value_ == nullptr || !value_->IsInt64()) return std::nullopt;
        return value_->GetInt64();
    }
    std::optional<double> known_number() const {
        if (value_ == nullptr || !value_->IsNumber()) return std::nullopt;
        return value_->GetDouble();
    }
    std::optional<Duration> known_duration(double nanoseconds_per_unit) const {
        const auto number = known_number();
        if (!number || std::abs(*number * nanoseconds_per_unit) > 9e18) return std::nullopt;
        return Duration{std::llround(*number * nanoseconds_per_unit)};
    }
    bool is_truth() const { return value_ != nullptr && value_->IsBool(); }
    bool truth() const { return is_truth() && value_->GetBool(); }

    std::vector<Node> elements() const {
        std::vector<Node> result;
        if (value_ == nullptr || !value_->IsArray()) return result;
        for (const auto& element : value_->GetArray()) result.emplace_back(element);
        return result;
    }
    std::vector<std::pair<std::string, Node>> members() const {
        std::vector<std::pair<std::string, Node>> result;
        if (!is_object()) return result;
        for (const auto& member : value_->GetObject()) {
            result.emplace_back(Node{member.name}.text(), Node{member.value});
        }
        return result;
    }

  private:
    const rapidjson::Value* value_ = nullptr;
};

}  // namespace janus_harness::reports
