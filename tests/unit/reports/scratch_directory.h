#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

namespace janus_harness::reports {

// A new folder that goes when the test ends.
class ScratchDirectory {
  public:
    ScratchDirectory() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "janus-harness-reports.XXXXXX").string();
        path_ = mkdtemp(pattern.data()) == nullptr ? "/nonexistent" : pattern;
    }
    ScratchDirectory(const ScratchDirectory&) = delete;
    ScratchDirectory& operator=(const ScratchDirectory&) = delete;
    ~ScratchDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    const std::string& path() const { return path_; }

  private:
    std::string path_;
};

}  // namespace janus_harness::reports
