#pragma once

#include <string>
#include <string_view>

#include "core/result.h"

namespace janus_harness::reports {

// The whole file. Error "report_read".
Result<std::string> read_file(const std::string& path);
// Writes all of `bytes`, carrying on after a signal or a short write. False when the disk refuses.
bool write_all(int file, std::string_view bytes);
// Puts a whole file at `path` or leaves what was there: writes beside it, then renames. Error
// "report_write".
Result<void> write_file_atomically(const std::string& path, std::string_view bytes);

}  // namespace janus_harness::reports
