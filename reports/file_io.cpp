#include "reports/file_io.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>

namespace janus_harness::reports {
namespace {

Error failed(std::string_view code, std::string_view doing, const std::string& path) {
    return Error{std::string(code),
                 fmt::format("cannot {} {}: {}", doing, path, std::strerror(errno))};
}

}  // namespace

Result<std::string> read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return failed("report_read", "open", path);
    std::string bytes{std::istreambuf_iterator<char>(file), {}};
    if (file.bad()) return failed("report_read", "read", path);
    return bytes;
}

bool write_all(int file, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(file, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

Result<void> write_file_atomically(const std::string& path, std::string_view bytes) {
    const std::string beside = path + ".part";
    const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file < 0) return failed("report_write", "create", beside);
    const bool written = write_all(file, bytes);
    Result<void> result;
    if (!written) result = failed("report_write", "write", beside);
    if (::close(file) != 0 && result.ok()) result = failed("report_write", "close", beside);
    if (result.ok() && std::rename(beside.c_str(), path.c_str()) != 0) {
        result = failed("report_write", "rename to", path);
    }
    if (!result.ok()) ::unlink(beside.c_str());
    return result;
}

}  // namespace janus_harness::reports
