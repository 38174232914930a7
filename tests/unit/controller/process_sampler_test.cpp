#include "harness/controller/process_sampler.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "core/random.h"
#include "harness/controller/find_process.h"
#include "harness/controller/proc_files.h"

namespace controller = janus_harness::controller;
using janus_harness::Duration;
using janus_harness::SocketAddress;
using janus_harness::TimePoint;

namespace {

// A procfs of our own, with one process.
class MadeUpProc {
  public:
    MadeUpProc() {
        std::filesystem::create_directories(root_ + "/77/fd");
        machine(0);
        write("77/limits",
              "Limit                     Soft Limit           Hard Limit           Units     \n"
              "Max processes             unlimited            unlimited            processes \n"
              "Max open files            1024                 4096                 files     \n");
        write("sys/kernel/threads-max", "31000\n");
    }
    ~MadeUpProc() { std::filesystem::remove_all(root_); }

    const std::string& root() const { return root_; }
    void write(const std::string& name, const std::string& text) {
        const std::filesystem::path path = root_ + "/" + name;
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path) << text;
    }
    void machine(int ticks) {
        write("stat", fmt::format("cpu  {} 0 0 99999 5 0 0 7 0 0\ncpu0 1 2 3\n", ticks));
    }
    void process(int ticks, int threads, char state = 'S') {
        write("77/stat", line("jan) us", ticks, threads, state));
    }
    void thread(int id, const std::string& name, int ticks) {
        write(fmt::format("77/task/{}/stat", id), line(name, ticks, 1, 'S'));
    }

  private:
    static std::string line(const std::string& name, int ticks, int threads, char state) {
        return fmt::format(
            "77 ({}) {} 1 77 77 0 -1 4194304 1 2 3 4 {} {} 0 0 20 0 {} 0 100 1000 "
            "50 18446744073709551615 1 1 0\n",
            name, state, ticks / 2, ticks - ticks / 2, threads);
    }
    std::string root_ =
        (std::filesystem::temp_directory_path() / fmt::format("janus-harness-proc-{}", getpid()))
            .string();
};

}  // namespace

TEST_CASE("a process is sampled once a second") {
    MadeUpProc proc;
    const int ticks = static_cast<int>(sysconf(_SC_CLK_TCK));
    const auto page = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
    proc.process(5 * ticks, 2);
    proc.thread(77, "main", 4 * ticks);
    proc.thread(78, "sip handler", 0);
    controller::ProcessSampler sampler(77, proc.root());
    const TimePoint start = TimePoint{} + std::chrono::hours{1};
    const auto look = [&](double s) {
        sampler.look(start + janus_harness::from_seconds(s), janus_harness::from_seconds(s));
    };
    CHECK_FALSE(sampler.usage().has_value());
    look(0.05);
    look(0.5);
    proc.process(5 * ticks + ticks / 2, 3);
    proc.machine(ticks);
    proc.thread(77, "main", 4 * ticks + ticks / 10);
    proc.thread(78, "sip handler", 0);
    proc.thread(79, "siprtp 1", ticks * 4 / 10);
    look(1.05);
    look(1.1);
    proc.process(7 * ticks, 3);
    look(2.05);
    const auto usage = sampler.usage();
    REQUIRE(usage);
    CHECK(usage->name == "jan) us");
    CHECK(usage->pid == 77);
    CHECK(usage->cpu_s == doctest::Approx(2));
    REQUIRE(usage->series.size() == 2);
    CHECK(usage->series[0].second == 0);
    CHECK(usage->series[0].cores == doctest::Approx(0.5));
    CHECK(usage->series[0].machine_cores == doctest::Approx(1));
    CHECK(usage->series[0].threads == 3);
    CHECK(usage->series[0].busiest_thread == doctest::Approx(0.4));
    CHECK(usage->series[0].rss_bytes == 50 * page);
    CHECK(usage->series[1].second == 1);
    CHECK(usage->series[1].cores == doctest::Approx(1.5));
    CHECK(usage->series[1].machine_cores == doctest::Approx(0));
    CHECK(usage->max_cores == doctest::Approx(1.5));
    CHECK(usage->busiest_thread == "siprtp 1");
    CHECK(usage->max_threads == 3);
    CHECK(usage->descriptor_limit == 1024);
    CHECK(usage->thread_limit == 31000);
}

TEST_CASE("a process that ends keeps what was seen of it, and none is unknown") {
    MadeUpProc proc;
    proc.process(100, 1);
    controller::ProcessSampler sampler(77, proc.root());
    const auto look = [&](int s) {
        sampler.look(TimePoint{} + std::chrono::seconds{50 + s}, std::chrono::seconds{s});
    };
    look(0);
    proc.process(200, 1);
    look(1);
    proc.process(200, 1, 'Z');
    look(2);
    std::filesystem::remove(proc.root() + "/77/stat");
    look(3);
    REQUIRE(sampler.usage());
    CHECK(sampler.usage()->series.size() == 1);
    CHECK(sampler.usage()->cpu_s.value_or(0) > 0);

    controller::ProcessSampler nobody(78, proc.root());
    nobody.look(TimePoint{} + std::chrono::seconds{1}, std::chrono::seconds{1});
    CHECK_FALSE(nobody.usage().has_value());
}

TEST_CASE("of many threads not all are looked at every second") {
    MadeUpProc proc;
    proc.process(0, 450);
    proc.thread(77, "main", 0);
    controller::ProcessSampler sampler(77, proc.root());
    for (int s = 0; s < 9; ++s) {
        sampler.look(TimePoint{} + std::chrono::seconds{50 + s}, std::chrono::seconds{s});
        proc.thread(77, "main", static_cast<int>(sysconf(_SC_CLK_TCK)) * (s + 1));
    }
    const auto usage = sampler.usage();
    REQUIRE(usage);
    const auto seen =
        std::count_if(usage->series.begin(), usage->series.end(),
                      [](const auto& sample) { return sample.busiest_thread.has_value(); });
    CHECK(seen == 2);
    CHECK(usage->max_busiest_thread == doctest::Approx(1));
}

TEST_CASE("this process itself can be sampled") {
    controller::ProcessSampler sampler(getpid());
    sampler.look(TimePoint{} + std::chrono::seconds{9}, std::chrono::seconds{0});
    sampler.look(TimePoint{} + std::chrono::seconds{10}, std::chrono::seconds{1});
    const auto usage = sampler.usage();
    REQUIRE(usage);
    REQUIRE(usage->series.size() == 1);
    CHECK(usage->max_threads.value_or(0) >= 1);
    CHECK(usage->max_descriptors.value_or(0) >= 3);
    CHECK(usage->max_rss_bytes.value_or(0) > 100'000);
    CHECK(usage->cores >= 1);
}

TEST_CASE("texts of procfs that are not whole are not read") {
    const std::string good =
        "1 (a b) S 1 77 77 0 -1 4194304 1 2 3 4 10 20 0 0 20 0 5 0 100 1000 50 1 1 1 0";
    REQUIRE(controller::parse_stat(good));
    CHECK(controller::parse_stat(good)->threads == 5);
    janus_harness::Random random(11);
    for (std::size_t size = 0; size < good.size() - 8; ++size) {
        const auto cut = controller::parse_stat(std::string_view(good).substr(0, size));
        if (cut) CHECK(cut->threads == 5);
        std::string changed = good;
        for (int i = 0; i < 4; ++i) {
            changed[random() % changed.size()] = static_cast<char>(random() & 0xff);
        }
        static_cast<void>(controller::parse_stat(changed));
        static_cast<void>(controller::parse_machine_cpu(changed));
        static_cast<void>(controller::parse_limit(changed, "S"));
        static_cast<void>(controller::listening_inode(changed, SocketAddress{}));
    }
    CHECK_FALSE(controller::parse_machine_cpu("cpu 1 2 3"));
    CHECK_FALSE(controller::parse_machine_cpu(""));
    CHECK_FALSE(controller::parse_number("max\n"));
    CHECK(controller::parse_number(" 17\n") == 17);
}

TEST_CASE("the socket that listens is found by address and port") {
    const std::string table =
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  "
        "timeout "
        "inode\n"
        "   0: 0100007F:1F98 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        "
        "0 "
        "4711 1\n"
        "   1: 00000000:1F99 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        "
        "0 "
        "4712 1\n"
        "   2: 0100007F:1F9A 0100007F:0050 01 00000000:00000000 00:00000000 00000000     0        "
        "0 "
        "4713 1\n";
    const auto address = [](const char* ip, std::uint16_t port) {
        return SocketAddress::from_ip(ip, port).value();
    };
    CHECK(controller::listening_inode(table, address("127.0.0.1", 8088)) == 4711);
    CHECK_FALSE(controller::listening_inode(table, address("10.0.0.1", 8088)));
    CHECK(controller::listening_inode(table, address("10.0.0.1", 8089)) == 4712);
    CHECK_FALSE(controller::listening_inode(table, address("127.0.0.1", 8090)));
    CHECK_FALSE(controller::listening_inode(table, address("127.0.0.1", 80)));
}

TEST_CASE("the process that listens at a URL is found, if it is on this machine") {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto address = SocketAddress::from_ip("127.0.0.1", 0).value();
    REQUIRE(::bind(socket, address.data(), address.size()) == 0);
    REQUIRE(::listen(socket, 1) == 0);
    sockaddr_in bound{};
    socklen_t size = sizeof bound;
    REQUIRE(::getsockname(socket, reinterpret_cast<sockaddr*>(&bound), &size) == 0);
    const int port = ntohs(bound.sin_port);
    CHECK(controller::find_process_listening_at(fmt::format("http://127.0.0.1:{}/janus", port)) ==
          getpid());
    // It is not Janus unless it is called so.
    const std::string url = fmt::format("http://127.0.0.1:{}/janus", port);
    CHECK_FALSE(controller::find_janus_listening_at(url));
    char own_name[16] = {};
    ::prctl(PR_GET_NAME, static_cast<char*>(own_name));
    ::prctl(PR_SET_NAME, "janus");
    CHECK(controller::find_janus_listening_at(url) == getpid());
    ::prctl(PR_SET_NAME, static_cast<char*>(own_name));
    ::close(socket);
    CHECK_FALSE(
        controller::find_process_listening_at(fmt::format("http://127.0.0.1:{}/janus", port)));
    CHECK_FALSE(controller::find_process_listening_at("http://192.0.2.1:8088/janus"));
    CHECK_FALSE(controller::find_process_listening_at("nonsense"));
}
