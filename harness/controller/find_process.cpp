#include "harness/controller/find_process.h"

#include <dirent.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <vector>

#include "harness/controller/proc_files.h"
#include "harness/deployment/network_route.h"

namespace janus_harness::controller {
namespace {

std::uint16_t default_port(const std::string& url) {
    return url.starts_with("https:") || url.starts_with("wss:") ? 443 : 80;
}

// An address is one of ours where a socket can be bound to it.
bool is_local(SocketAddress address) {
    address.set_port(0);
    const int socket = ::socket(address.data()->sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket < 0) return false;
    const bool bound = ::bind(socket, address.data(), address.size()) == 0;
    ::close(socket);
    return bound;
}

// As the kernel prints addresses: words of 32 bits in the order of this machine.
std::string kernel_text(const SocketAddress& address) {
    std::array<std::uint32_t, 4> words{};
    std::size_t count = 1;
    if (address.is_ipv6()) {
        count = 4;
        const auto* v6 = reinterpret_cast<const sockaddr_in6*>(address.data());
        std::copy_n(v6->sin6_addr.s6_addr32, count, words.begin());
    } else {
        words[0] = reinterpret_cast<const sockaddr_in*>(address.data())->sin_addr.s_addr;
    }
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += fmt::format("{:08X}", words[i]);
    return text;
}

// The numbers among the names in /proc, in rising order: of a program that forked, the parent comes
// first.
std::vector<pid_t> processes() {
    std::vector<pid_t> pids;
    DIR* folder = ::opendir("/proc");
    if (folder == nullptr) return pids;
    while (const dirent* entry = ::readdir(folder)) {
        if (const auto pid = parse_number(entry->d_name)) pids.push_back(static_cast<pid_t>(*pid));
    }
    ::closedir(folder);
    std::sort(pids.begin(), pids.end());
    return pids;
}

bool holds(pid_t pid, const std::string& socket) {
    const std::string path = fmt::format("/proc/{}/fd", pid);
    DIR* folder = ::opendir(path.c_str());
    if (folder == nullptr) return false;
    bool found = false;
    std::array<char, 64> target;
    while (const dirent* entry = found ? nullptr : ::readdir(folder)) {
        const ssize_t size = ::readlinkat(::dirfd(folder), static_cast<const char*>(entry->d_name),
                                          target.data(), target.size());
        found =
            size > 0 && socket == std::string_view(target.data(), static_cast<std::size_t>(size));
    }
    ::closedir(folder);
    return found;
}

}  // namespace

std::optional<std::uint64_t> listening_inode(std::string_view table, const SocketAddress& address) {
    const std::string port = fmt::format(":{:04X}", address.port());
    std::istringstream lines{std::string(table)};
    std::optional<std::uint64_t> any;
    for (std::string line; std::getline(lines, line);) {
        // sl, local, remote, st, queues, timer, retransmits, uid, timeout, inode
        std::istringstream fields(line);
        std::array<std::string, 10> field;
        for (std::string& text : field) fields >> text;
        if (field[3] != "0A" || !field[1].ends_with(port)) continue;
        const auto inode = parse_number(field[9]);
        if (!inode) continue;
        const std::string local = field[1].substr(0, field[1].find(':'));
        if (local == kernel_text(address)) return inode;
        if (local.find_first_not_of('0') == std::string::npos) any = inode;
    }
    return any;
}

std::optional<pid_t> find_process_listening_at(const std::string& url) {
    const auto address = deployment::resolve_host(url, default_port(url));
    if (!address || !is_local(address.value())) return std::nullopt;
    std::optional<std::uint64_t> inode;
    // A socket for IPv6 may also take what comes over IPv4.
    for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
        if (!inode) inode = listening_inode(read_small_file(table), address.value());
    }
    if (!inode) return std::nullopt;
    const std::string socket = fmt::format("socket:[{}]", *inode);
    for (const pid_t pid : processes()) {
        if (holds(pid, socket)) return pid;
    }
    return std::nullopt;
}

std::optional<pid_t> find_janus_listening_at(const std::string& url) {
    const auto pid = find_process_listening_at(url);
    if (!pid || read_small_file(fmt::format("/proc/{}/comm", *pid)) != "janus\n") {
        return std::nullopt;
    }
    return pid;
}

}  // namespace janus_harness::controller
