#include "harness/testbed/network_setup.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <set>

#include "core/text.h"
#include "harness/testbed/child_process.h"
#include "harness/testbed/file_descriptor.h"

namespace janus_harness::testbed {

namespace {

Error unavailable(const std::string& message) {
    return {"namespace_unavailable", message};
}

std::string read_setting(const char* path) {
    const FileDescriptor file(::open(path, O_RDONLY | O_CLOEXEC));
    return file.valid() ? std::string(trim(read_to_end(file.get()))) : "";
}

bool write_file(const char* path, const std::string& text) {
    const FileDescriptor file(::open(path, O_WRONLY | O_CLOEXEC));
    return file.valid() && write_fully(file.get(), text);
}

// Why an ordinary user may not make namespaces here, and what helps.
std::string explain_refusal() {
    if (read_setting("/proc/sys/kernel/unprivileged_userns_clone") == "0")
        return "user namespaces are switched off for ordinary users: run "
               "\"sudo sysctl kernel.unprivileged_userns_clone=1\", or run this as root";
    if (read_setting("/proc/sys/user/max_user_namespaces") == "0")
        return "user namespaces are switched off: run "
               "\"sudo sysctl user.max_user_namespaces=10000\", or run this as root";
    if (read_setting("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == "1")
        return "AppArmor restricts user namespaces: run "
               "\"sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0\", or run this as "
               "root";
    if (::geteuid() == 0)
        return "root lacks CAP_SYS_ADMIN here, as in most containers: start the container with "
               "--privileged, or name a Janus that runs elsewhere with --url";
    return "the kernel or the container forbids it: run this as root, or name a Janus that runs "
           "elsewhere with --url";
}

Error refused(const std::string& what, int error_number) {
    return unavailable(fmt::format("cannot make {}: {}; {}", what, std::strerror(error_number),
                                   explain_refusal()));
}

// A user namespace in which this user is root.
Result<void> enter_user_namespace() {
    const uid_t user = ::geteuid();
    const gid_t group = ::getegid();
    if (::unshare(CLONE_NEWUSER) != 0) return refused("a user namespace", errno);
    // Needed before gid_map may be written without privilege: user_namespaces(7).
    const bool mapped = write_file("/proc/self/setgroups", "deny") &&
                        write_file("/proc/self/uid_map", fmt::format("0 {} 1", user)) &&
                        write_file("/proc/self/gid_map", fmt::format("0 {} 1", group));
    if (!mapped) return refused("the user namespace's mapping", errno);
    return {};
}

constexpr int inner_namespaces = CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC;

}  // namespace

Result<void> enter_namespaces() {
    // Root needs no user namespace, and without one may still write into other users' folders.
    if (::geteuid() == 0 && ::unshare(inner_namespaces) == 0) return {};
    if (Result<void> user = enter_user_namespace(); !user) return user;
    if (::unshare(inner_namespaces) != 0) return refused("network and mount namespaces", errno);
    return {};
}

Result<std::string> set_up_mounts() {
    if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
        return refused("mounts private", errno);
    // Refused where the outer /proc has parts masked; the outer one then shows through, harmlessly.
    (void)::mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr);
    // Covered inside the namespace only. Nobody keeps results in any of these.
    for (const char* folder : {"/run/lock", "/dev/shm", "/mnt", "/run"}) {
        struct stat status {};
        if (::stat(folder, &status) != 0 || !S_ISDIR(status.st_mode)) continue;
        if (::mount("tmpfs", folder, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755") == 0)
            return std::string(folder);
    }
    return refused("a tmpfs for scratch files", errno);
}

Result<void> set_up_network(const NamespaceOptions& options) {
    std::string script =
        "link set lo up\n"
        "link add v0 type veth peer name v1\n"
        "link set v0 up\n"
        "link set v1 up\n";
    const std::set<std::string> addresses{options.janus_address, options.browser_address,
                                          options.far_end_address, options.proxy_address};
    for (const std::string& address : addresses)
        script += fmt::format("address add {}/{} dev v0\n", address, options.prefix);
    Result<CommandOutput> output = run_command({"ip", "-batch", "-"}, script);
    if (!output)
        return unavailable(output.error().message + "; it comes with Debian's package iproute2");
    if (output->exit_code != 0)
        return unavailable("ip(8) cannot set up the network: " + std::string(trim(output->output)));
    return {};
}

}  // namespace janus_harness::testbed
