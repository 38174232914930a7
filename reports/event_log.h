#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

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

// events.jsonl, written as it happens. Any thread appends lines; one thread writes them, so that no
// other ever waits for a disk. Lines are handed to the kernel at most 100 ms old, in the order of
// their times as far as they are written together, with writes of whole lines, so that a kill -9
// leaves only whole lines behind. Closes (and flushes) when destroyed.
class EventLog {
  public:
    static constexpr Duration longest_delay = std::chrono::milliseconds(100);
    // A write(2) takes about so many bytes at most.
    static constexpr std::size_t most_bytes = 64 * 1024;

    // Makes or empties the file. Error "event_log".
    static Result<EventLog> open(const std::string& path);
    EventLog(EventLog&& other) noexcept;
    EventLog& operator=(EventLog&& other) noexcept;
    EventLog(const EventLog&) = delete;
    EventLog& operator=(const EventLog&) = delete;
    ~EventLog();

    // Adds {"time": "<ISO 8601>", "event": event, …line's fields}. Thread-safe.
    void append(TimePoint now, std::string_view event, const JsonLine& line = {});
    // Writes when the oldest line is old enough, or there is a lot; call it from a timer.
    void tick(TimePoint now);
    // Writes what there is. Error "event_log" when the disk refuses; the lines are then dropped
    // and counted, since a test must not stop for its diary.
    Result<void> flush();
    std::uint64_t dropped_lines() const { return dropped_lines_; }

  private:
    struct Line {
        TimePoint at;
        std::string text;
    };
    // What several threads touch.
    struct Waiting {
        std::mutex mutex;
        std::vector<Line> lines;
        std::size_t bytes = 0;
        TimePoint oldest;  // of the first line that was added
    };

    explicit EventLog(int file) : file_(file), waiting_(std::make_unique<Waiting>()) {}

    int file_ = -1;
    std::unique_ptr<Waiting> waiting_;  // null after a move
    std::uint64_t dropped_lines_ = 0;
};

}  // namespace janus_harness::reports
