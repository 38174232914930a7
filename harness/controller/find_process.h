#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/socket_address.h"

namespace janus_harness::controller {

// The process of this machine that listens for TCP at the URL's host and port, if the host is an
// address of this machine and /proc may be read; otherwise nothing. A reverse proxy in front of
// Janus is what is found, under its own name.
std::optional<pid_t> find_process_listening_at(const std::string& url);

// The same where that process is called "janus": whoever else answers there, its figures are not
// Janus's.
std::optional<pid_t> find_janus_listening_at(const std::string& url);

// The inode of the listening socket that takes connections to `address`, from the text of
// /proc/net/tcp (or tcp6): bound to just this address or to any.
std::optional<std::uint64_t> listening_inode(std::string_view table, const SocketAddress& address);

}  // namespace janus_harness::controller
