#include "reports/event_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "reports/file_io.h"

namespace janus_harness::reports {

Result<EventLog> EventLog::open(const std::string& path) {
    const int file =
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
    if (file < 0) {
        return Error{"event_log", fmt::format("cannot open {}: {}", path, std::strerror(errno))};
    }
    return EventLog(file);
}

EventLog::EventLog(EventLog&& other) noexcept
    : file_(std::exchange(other.file_, -1)),
      buffer_(std::exchange(other.buffer_, {})),
      buffered_lines_(std::exchange(other.buffered_lines_, 0)),
      dropped_lines_(other.dropped_lines_),
      oldest_(other.oldest_) {}

EventLog& EventLog::operator=(EventLog&& other) noexcept {
    std::swap(file_, other.file_);
    std::swap(buffer_, other.buffer_);
    std::swap(buffered_lines_, other.buffered_lines_);
    std::swap(dropped_lines_, other.dropped_lines_);
    std::swap(oldest_, other.oldest_);
    return *this;
}

EventLog::~EventLog() {
    if (file_ < 0) return;
    (void)flush().ok();
    ::close(file_);
}

void EventLog::append(TimePoint now, std::string_view event, const JsonLine& line) {
    JsonLine head;
    head.text("time", iso8601(now)).text("event", event);
    std::string text = "{" + head.body();
    if (!line.body().empty()) text += "," + line.body();
    text += "}\n";
    if (!buffer_.empty() && buffer_.size() + text.size() > most_bytes) (void)flush().ok();
    if (buffer_.empty()) oldest_ = now;
    buffer_ += text;
    ++buffered_lines_;
    tick(now);
}

void EventLog::tick(TimePoint now) {
    const bool due = now - oldest_ >= longest_delay || buffer_.size() >= most_bytes;
    if (!buffer_.empty() && due) (void)flush().ok();
}

Result<void> EventLog::flush() {
    if (buffer_.empty()) return {};
    const bool written = write_all(file_, buffer_);
    buffer_.clear();
    const std::uint64_t lines = std::exchange(buffered_lines_, 0);
    if (written) return {};
    dropped_lines_ += lines;
    return Error{"event_log",
                 fmt::format("cannot write {} events: {}", lines, std::strerror(errno))};
}

}  // namespace janus_harness::reports
