#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.h"
#include "core/time.h"

namespace janus_harness::reports {

// Builds one JSON object on one line. Keys and texts may hold any bytes: they come out as valid
// UTF-8, escaped. Numbers that JSON cannot hold (NaN, infinity) become null.
class JsonLine {
  public:
    JsonLine& text(std::string_view key, std::string_view value);
    JsonLine& number(std::string_view key, double value);
    JsonLine& integer(std::string_view key, std::int64_t value);
    JsonLine& boolean(std::string_view key, bool value);
    JsonLine& null(std::string_view key);
    // `json` must be one complete JSON value without line breaks; it is copied as it is.
    JsonLine& raw(std::string_view key, std::string_view json);
    // The object, without a line break.
    std::string finish() const { return "{" + body_ + "}"; }
    // What stands between the braces.
    const std::string& body() const { return body_; }

  private:
    void begin(std::string_view key);
    std::string body_;
};

// events.jsonl, written as it happens. Lines are gathered for at most 100 ms or 64 KiB and then
// handed to the kernel in one write(2), always up to the end of a line, so that a kill -9 leaves
// only whole lines behind. Not thread-safe. Closes (and flushes) when destroyed.
class EventLog {
  public:
    static constexpr Duration longest_delay = std::chrono::milliseconds(100);
    static constexpr std::size_t most_bytes = 64 * 1024;

    // Makes or empties the file. Error "event_log".
    static Result<EventLog> open(const std::string& path);
    EventLog(EventLog&& other) noexcept;
    EventLog& operator=(EventLog&& other) noexcept;
    EventLog(const EventLog&) = delete;
    EventLog& operator=(const EventLog&) = delete;
    ~EventLog();

    // Adds {"time": "<ISO 8601>", "event": event, …line's fields}. Writes when the buffer is full
    // or its oldest line is `longest_delay` old.
    void append(TimePoint now, std::string_view event, const JsonLine& line = {});
    // Writes the buffer when its oldest line is old enough; call it from a timer.
    void tick(TimePoint now);
    // Writes what is buffered. Error "event_log" when the disk refuses; the lines are then dropped
    // and counted, since a test must not stop for its diary.
    Result<void> flush();
    std::uint64_t dropped_lines() const { return dropped_lines_; }

  private:
    explicit EventLog(int file) : file_(file) {}

    int file_ = -1;
    std::string buffer_;
    std::uint64_t buffered_lines_ = 0;
    std::uint64_t dropped_lines_ = 0;
    TimePoint oldest_{};
};

}  // namespace janus_harness::reports
