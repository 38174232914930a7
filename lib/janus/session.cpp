#include "janus/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/text.h"
#include "janus/json_reading.h"
#include "janus/message_reader.h"

namespace janus_harness::janus {
namespace {

std::atomic<std::int64_t>& live_sessions() {
    static auto& counter = Balance::counter("janus.session");
    return counter;
}

std::atomic<std::int64_t>& live_handles() {
    static auto& counter = Balance::counter("janus.handle");
    return counter;
}

}  // namespace

Session::Session(SessionOptions options, Random random)
    : options_(std::move(options)),
      transaction_prefix_(random.token(12)),
      counted_(live_sessions()) {}

bool Session::handle_message(TimePoint now, std::string_view json) {
    const auto document = parse_json(json);
    if (!document) {
        handle_protocol_error(now, document.error());
        return false;
    }
    const auto is_of_use = [&](const rapidjson::Value& message) {
        const std::uint64_t errors_before = protocol_errors_;
        MessageReader(*this, now, message).read();
        return protocol_errors_ == errors_before;
    };
    if (!document->IsArray()) return is_of_use(document.value());
    bool any_of_use = false;
    for (const rapidjson::Value& element : document->GetArray()) {
        any_of_use = is_of_use(element) || any_of_use;
    }
    return any_of_use;
}

void Session::handle_protocol_error(TimePoint now, const Error& error) {
    ++protocol_errors_;
    events_.push(ProtocolError{now, error});
}

void Session::handle_request_failed(TimePoint now, const std::string& transaction,
                                    const Error& error) {
    const auto found = pending_.find(transaction);
    if (found == pending_.end()) return;  // timed out, or answered another way
    const Pending request = found->second;
    pending_.erase(found);
    apply_failure(request);
    events_.push(RequestFailed{now, transaction, request.verb, request.sent_at, error});
}

void Session::handle_connection_lost(TimePoint now, const Error& error) {
    if (connection_lost_) return;
    connection_lost_ = true;
    end_session(now, error);
    events_.push(ConnectionLost{now, error});
}

void Session::handle_session_gone(TimePoint now, const Error& how) {
    if (state_ == State::closed || session_id_ == 0) return;
    end_session(now, how);
    events_.push(SessionTimedOut{now, session_id_, how});
}

void Session::end_session(TimePoint now, const Error& error) {
    state_ = State::closed;
    leave_handles();
    fail_open_requests(now, error);
}

void Session::leave_handles() {
    for (const auto& [id, handle] : handles_) former_handles_.insert(id);
    handles_.clear();
}

void Session::fail_open_requests(TimePoint now, const Error& error) {
    outgoing_.clear();
    while (!pending_.empty()) {
        const auto node = pending_.extract(pending_.begin());
        const Pending& request = node.mapped();
        events_.push(RequestFailed{now, node.key(), request.verb, request.sent_at, error});
    }
}

void Session::handle_timeout(TimePoint now) {
    for (auto entry = pending_.begin(); entry != pending_.end();) {
        const Pending request = entry->second;
        if (request.sent_at + options_.request_timeout > now) {
            ++entry;
            continue;
        }
        timed_out_[entry->first] = request.verb;
        apply_failure(request);
        events_.push(
            RequestTimedOut{now, entry->first, request.verb, request.sent_at, request.event_seen});
        entry = pending_.erase(entry);
    }
    if (state_ == State::ready && now >= last_request_ + options_.keepalive_interval) {
        keepalive(now);
    }
}

std::optional<TimePoint> Session::next_timeout() const {
    std::optional<TimePoint> next;
    if (state_ == State::ready) next = last_request_ + options_.keepalive_interval;
    for (const auto& [transaction, request] : pending_) {
        next = earliest(next, request.sent_at + options_.request_timeout);
    }
    return next;
}

std::optional<Outgoing> Session::poll_transmit() {
    if (outgoing_.empty()) return std::nullopt;
    return outgoing_.pop();
}

std::optional<Event> Session::poll_event() {
    if (events_.empty()) return std::nullopt;
    return events_.pop();
}

void Session::apply_success(const Pending& request, std::optional<std::uint64_t> id) {
    if (request.verb == Verb::create && state_ == State::creating) {
        session_id_ = id.value_or(0);
        state_ = State::ready;
    } else if (request.verb == Verb::attach && state_ == State::ready) {
        handles_.emplace(id.value_or(0), Handle{Counted(live_handles())});
    } else if (request.verb == Verb::detach) {
        detach_handle(request.handle_id);
    } else if (request.verb == Verb::destroy) {
        state_ = State::closed;
        leave_handles();
    }
}

void Session::apply_failure(const Pending& request) {
    if (request.verb == Verb::create && state_ == State::creating) state_ = State::created_locally;
    if (request.verb == Verb::destroy && state_ == State::destroying) state_ = State::ready;
}

void Session::detach_handle(std::uint64_t handle_id) {
    if (handles_.erase(handle_id) != 0) former_handles_.insert(handle_id);
}

std::optional<Session::Pending> Session::take_pending(TimePoint now,
                                                      const std::string& transaction) {
    const auto found = pending_.find(transaction);
    if (found == pending_.end()) {
        handle_protocol_error(now, name_stray_reply(transaction));
        return std::nullopt;
    }
    const Pending request = found->second;
    pending_.erase(found);
    return request;
}

bool Session::is_own_transaction(std::string_view transaction) const {
    if (!transaction.starts_with(transaction_prefix_)) return false;
    const auto number = parse_unsigned(transaction.substr(transaction_prefix_.size()));
    return number && *number > 0 && *number <= transactions_made_;
}

Error Session::name_stray_reply(const std::string& transaction) const {
    if (const auto late = timed_out_.find(transaction); late != timed_out_.end()) {
        return {"janus_late_reply", fmt::format("the reply to {} (transaction {}) came after its "
                                                "time-out",
                                                to_string(late->second), transaction)};
    }
    if (is_own_transaction(transaction)) {
        return {"janus_duplicate_reply",
                fmt::format("a second reply to transaction {}", transaction)};
    }
    return {"janus_unknown_transaction",
            fmt::format("a reply to transaction \"{}\", which was never made",
                        transaction.substr(0, 100))};
}

}  // namespace janus_harness::janus
