#pragma once

namespace janus_harness::controller {

// How every command ends.
enum class ExitCode {
    passed = 0,
    threshold_failed = 1,   // a threshold or a check
    usage = 2,              // options or the scenario file are wrong
    janus_failed = 3,       // the Janus under test cannot be reached, or died
    generator_invalid = 4,  // the generator did not keep up: the run says nothing about Janus
    harness_error = 5,      // our own
    interrupted = 130,
};

}  // namespace janus_harness::controller
