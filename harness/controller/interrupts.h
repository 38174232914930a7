#pragma once

namespace janus_harness::controller {

// Counts SIGINT and SIGTERM from now on instead of dying of them. SIGPIPE is ignored.
void watch_interrupts();
int interrupts_received();

}  // namespace janus_harness::controller
