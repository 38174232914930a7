#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace janus_harness::controller {

// The process of this machine that listens for TCP at the URL's host and port, if the host is an
// address of this machine and /proc may be read; otherwise nothing. A reverse proxy in front of
// Janus is what is found, under its own name.
std::optional<pid_t> find_process_listening_at(const std::string& url);

}  // namespace janus_harness::controller
