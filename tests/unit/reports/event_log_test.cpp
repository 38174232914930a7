#include "reports/event_log.h"

#include <doctest/doctest.h>
#include <rapidjson/document.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "core/text.h"
#include "reports/file_io.h"
#include "scratch_directory.h"

namespace janus_harness::reports {
namespace {

using std::chrono::milliseconds;

const TimePoint start = MonotonicClock::now();

std::string content(const std::string& path) {
    return read_file(path).value();
}

std::size_t check_lines(const std::string& text) {
    CHECK((text.empty() || text.ends_with('\n')));
    std::size_t lines = 0;
    for (const std::string_view line : split(text, '\n')) {
        if (line.empty()) continue;
        rapidjson::Document document;
        document.Parse<rapidjson::kParseValidateEncodingFlag>(line.data(), line.size());
        REQUIRE(!document.HasParseError());
        CHECK(document["time"].IsString());
        CHECK(document["event"].IsString());
        ++lines;
    }
    return lines;
}

TEST_CASE("a line is JSON, whatever its texts hold") {
    JsonLine line;
    line.text("a\"\n", "x\xff</script>\x01\n")
        .number("nan", std::numeric_limits<double>::quiet_NaN());
    line.number("pi", 3.25).integer("i", -7).boolean("t", true).null("n").raw("o", "{\"x\":[1]}");
    rapidjson::Document document;
    document.Parse<rapidjson::kParseValidateEncodingFlag>(line.finish().c_str());
    REQUIRE(!document.HasParseError());
    CHECK(std::string(document["a\"\n"].GetString()) == "x\xEF\xBF\xBD</script>\x01\n");
    CHECK(document["nan"].IsNull());
    CHECK(document["i"].GetInt() == -7);
    CHECK(document["o"]["x"][0].GetInt() == 1);
    CHECK(JsonLine{}.finish() == "{}");
    CHECK(line.finish().find('\n') == std::string::npos);
}

TEST_CASE("lines wait at most 100 ms") {
    const ScratchDirectory directory;
    const std::string path = directory.path() + "/events.jsonl";
    auto log = EventLog::open(path);
    REQUIRE(log.ok());
    log->append(start, "run_started");
    CHECK(content(path).empty());
    log->tick(start + milliseconds(99));
    CHECK(content(path).empty());
    log->tick(start + milliseconds(100));
    CHECK(check_lines(content(path)) == 1);
    log->append(start + milliseconds(150), "a");
    log->tick(start + milliseconds(249));
    CHECK(check_lines(content(path)) == 1);
    log->tick(start + milliseconds(250));
    CHECK(check_lines(content(path)) == 2);
}

TEST_CASE("a lot is written at the next look, and the rest when the log is closed") {
    const ScratchDirectory directory;
    const std::string path = directory.path() + "/events.jsonl";
    {
        auto log = EventLog::open(path);
        REQUIRE(log.ok());
        const std::string text(1000, 'x');
        for (int i = 0; i < 100; ++i) {
            log->append(start, "packet", std::move(JsonLine().text("text", text)));
        }
        CHECK(content(path).empty());
        log->tick(start);
        CHECK(check_lines(content(path)) == 100);
        log->append(start, "packet");
    }
    CHECK(check_lines(content(path)) == 101);
}

TEST_CASE("what several threads append is whole, complete and in order of time") {
    const ScratchDirectory directory;
    const std::string path = directory.path() + "/events.jsonl";
    constexpr int each = 2000;
    {
        auto log = EventLog::open(path);
        REQUIRE(log.ok());
        const auto write = [&](int thread) {
            for (int i = 0; i < each; ++i) {
                log->append(start + milliseconds(i), "event",
                            std::move(JsonLine().integer("i", i).integer("thread", thread)));
            }
        };
        std::vector<std::thread> threads;
        for (int thread = 0; thread < 4; ++thread) threads.emplace_back(write, thread);
        for (std::thread& thread : threads) thread.join();
    }
    const std::string text = content(path);
    CHECK(check_lines(text) == 4 * each);
    std::string last;
    bool sorted = true;
    for (const std::string_view line : split(text, '\n')) {
        const std::string time(line.substr(0, line.find(',')));
        sorted = sorted && (time.empty() || time >= last);
        last = time;
    }
    CHECK(sorted);
}

TEST_CASE("an event larger than the buffer is one whole line") {
    const ScratchDirectory directory;
    const std::string path = directory.path() + "/events.jsonl";
    auto log = EventLog::open(path);
    REQUIRE(log.ok());
    log->append(start, "small");
    log->append(start, "big", std::move(JsonLine().text("text", std::string(200'000, 'y'))));
    log->tick(start);
    CHECK(check_lines(content(path)) == 2);
}

TEST_CASE("a killed process leaves whole lines") {
    const ScratchDirectory directory;
    const std::string path = directory.path() + "/events.jsonl";
    std::array<int, 2> ready{};
    REQUIRE(pipe(ready.data()) == 0);
    const pid_t child = fork();
    if (child == 0) {
        auto log = EventLog::open(path);
        if (!log.ok()) _exit(1);
        for (int i = 0; i < 5000; ++i) {
            log->append(start + milliseconds(i), "event", std::move(JsonLine().integer("i", i)));
            log->tick(start + milliseconds(i));
        }
        (void)!write(ready[1], "x", 1);
        for (;;) pause();
    }
    char byte = 0;
    close(ready[1]);
    REQUIRE(read(ready[0], &byte, 1) == 1);
    close(ready[0]);
    REQUIRE(kill(child, SIGKILL) == 0);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status));
    CHECK(check_lines(content(path)) > 4800);
}

TEST_CASE("a file that cannot be opened, and a disk that is full") {
    const auto missing = EventLog::open("/nonexistent/events.jsonl");
    REQUIRE(!missing.ok());
    CHECK(missing.error().code == "event_log");
    auto full = EventLog::open("/dev/full");
    REQUIRE(full.ok());
    full->append(start, "lost");
    CHECK(full->flush().error().code == "event_log");
    CHECK(full->dropped_lines() == 1);
    CHECK(full->flush().ok());
}

TEST_CASE("a moved log goes on writing where it was") {
    const ScratchDirectory directory;
    const std::string path = directory.path() + "/events.jsonl";
    auto opened = EventLog::open(path);
    REQUIRE(opened.ok());
    EventLog first = std::move(opened).value();
    first.append(start, "one");
    EventLog second = std::move(first);
    second.append(start, "two");
    CHECK(second.flush().ok());
    CHECK(check_lines(content(path)) == 2);
}

}  // namespace
}  // namespace janus_harness::reports
