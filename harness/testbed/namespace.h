#pragma once

#include <functional>
#include <string>

#include "core/result.h"

namespace janus_harness::testbed {

// Addresses that live on the namespace's veth interface v0. Each party has its own, so that a
// firewall rule or a capture can tell the directions apart.
struct NamespaceOptions {
    std::string janus_address = "10.99.0.1";    // HTTP, WebSocket, ICE, SIP and RTP of Janus
    std::string browser_address = "10.99.0.2";  // media sockets of the simulated browsers
    std::string far_end_address = "10.99.0.3";  // our own registrar, phones and their RTP
    std::string proxy_address = "10.99.0.4";    // a SIP proxy that is not ours (Kamailio)
    int prefix = 24;                            // prefix length of all four
    // Makes the body the terminal's foreground process group, for a body that runs a shell.
    bool give_terminal = false;
};

// Runs `body` in a child process that lives in new user, network, mount, PID and IPC namespaces
// (without the user namespace where only root may make the others), with lo and a veth pair up.
// Returns what `body` returned, or 128 + signal when it was killed.
//
// SIGINT, SIGTERM and SIGHUP sent to this process are forwarded to the body, once; a second one
// that comes a second later or more kills everything inside. The body runs in a process group of
// its own, so that Ctrl-C reaches it only through this forwarding (with give_terminal: directly).
// When this process dies, by SIGKILL too, everything inside dies with it; nothing is left on disk,
// because scratch files live on a tmpfs that only the namespace sees. When the body returns,
// whatever it started and left running is killed.
//
// Must be called before any thread is started. Error "namespace_unavailable" with the reason and
// what to do about it.
Result<int> run_in_namespace(const NamespaceOptions& options, const std::function<int()>& body);

// Inside the body: a private, empty folder in memory that vanishes with the namespace. Outside: the
// empty text.
const std::string& scratch_folder();

// Starts `service` in a forked child of the namespace's body and returns its PID; it is killed when
// the body ends. For a server that must run beside a command. Error "process_start_failed".
Result<int> start_background_service(const std::function<int()>& service);

}  // namespace janus_harness::testbed
