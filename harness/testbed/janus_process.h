#pragma once

#include <sys/types.h>

#include <memory>
#include <string>

#include "core/result.h"
#include "core/time.h"
#include "harness/testbed/child_process.h"
#include "harness/testbed/janus_config.h"

namespace janus_harness::testbed {

// A Janus of our own, started with a generated configuration.
class JanusProcess {
  public:
    // Blocks until GET /janus/info answers, at most 10 s. Error "janus_start_failed" with the last
    // lines of its log, or "bad_janus_setting".
    static Result<std::unique_ptr<JanusProcess>> start(const JanusOptions& options);

    pid_t pid() const { return process_->pid(); }
    // Never blocks. When false, exit_text() says how it ended ("killed by signal 9 (Killed)").
    bool alive() { return process_->alive(); }
    std::string exit_text() const { return process_->exit_text(); }
    // SIGTERM, then SIGKILL; the destructor does the same.
    void stop() { process_->stop(); }

    std::string http_url() const;   // "http://10.99.0.1:8088/janus"
    std::string ws_url() const;     // "ws://10.99.0.1:8188"
    std::string https_url() const;  // "https://10.99.0.1:8089/janus"; needs a certificate
    std::string wss_url() const;    // "wss://10.99.0.1:8989"; needs a certificate
    std::string admin_url() const;  // "http://10.99.0.1:7088/admin"
    std::string log_file() const;
    const JanusOptions& options() const { return options_; }
    // From the start of the program to the first answer.
    Duration time_to_ready() const { return time_to_ready_; }

  private:
    JanusProcess(JanusOptions options, std::unique_ptr<ChildProcess> process);

    JanusOptions options_;
    std::unique_ptr<ChildProcess> process_;
    Duration time_to_ready_{};
};

}  // namespace janus_harness::testbed
