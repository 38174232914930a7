#include "reports/event_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
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
      waiting_(std::move(other.waiting_)),
      dropped_lines_(other.dropped_lines_) {}

EventLog& EventLog::operator=(EventLog&& other) noexcept {
    std::swap(file_, other.file_);
    std::swap(waiting_, other.waiting_);
    std::swap(dropped_lines_, other.dropped_lines_);
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
    const std::lock_guard lock(waiting_->mutex);
    if (waiting_->lines.empty()) waiting_->oldest = now;
    waiting_->bytes += text.size();
    waiting_->lines.push_back({now, std::move(text)});
}

void EventLog::tick(TimePoint now) {
    {
        const std::lock_guard lock(waiting_->mutex);
        if (waiting_->lines.empty()) return;
        const bool due = now - waiting_->oldest >= longest_delay || waiting_->bytes >= most_bytes;
        if (!due) return;
    }
    (void)flush().ok();
}

Result<void> EventLog::flush() {
    std::vector<Line> lines;
    {
        const std::lock_guard lock(waiting_->mutex);
        lines.swap(waiting_->lines);
        waiting_->bytes = 0;
    }
    std::stable_sort(lines.begin(), lines.end(),
                     [](const Line& left, const Line& right) { return left.at < right.at; });
    bool written = true;
    std::string batch;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        batch += lines[i].text;
        if (batch.size() < most_bytes && i + 1 < lines.size()) continue;
        written = write_all(file_, batch) && written;
        batch.clear();
    }
    if (written) return {};
    dropped_lines_ += lines.size();
    return Error{"event_log",
                 fmt::format("cannot write {} events: {}", lines.size(), std::strerror(errno))};
}

}  // namespace janus_harness::reports
