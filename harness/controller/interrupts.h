#pragma once

namespace janus_harness::controller {

// Counts SIGINT and SIGTERM from now on instead of dying of them. SIGPIPE is ignored.
void watch_interrupts();
// Those within a second of the one before are that one.
int interrupts_received();

}  // namespace janus_harness::controller
