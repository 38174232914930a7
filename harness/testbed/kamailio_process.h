#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "harness/testbed/child_process.h"

namespace janus_harness::testbed {

struct SipAccount {
    std::string username;  // letters, digits and -_.+ only, as auth_user
    std::string password;
    std::string auth_user;  // empty: same as username
};

struct KamailioOptions {
    std::string binary = "kamailio";
    std::string address = "10.99.0.4";
    std::uint16_t port = 5060;
    std::string domain = "10.99.0.4";  // realm, and domain of every account
    std::vector<SipAccount> accounts;
    // INVITE and MESSAGE from one of the accounts are challenged with 407 too.
    bool authenticate_calls = true;
    std::string run_folder = ".";  // kamailio.log is written here
    int workers = 2;
};

// The text of kamailio.cfg: registrar and proxy on UDP, digest authentication (MD5), location table
// in memory, Record-Route. An unknown user of the domain gets 404, an absent one 480.
std::string kamailio_configuration(const KamailioOptions& options);

// Kamailio as Debian packages it (kamailio), started from a generated configuration.
class KamailioProcess {
  public:
    // Blocks until an OPTIONS request is answered, at most 10 s. Error "kamailio_start_failed" with
    // the last lines of its log.
    static Result<std::unique_ptr<KamailioProcess>> start(const KamailioOptions& options);

    pid_t pid() const { return process_->pid(); }
    bool alive() { return process_->alive(); }
    std::string exit_text() const { return process_->exit_text(); }
    void stop() { process_->stop(); }
    std::string proxy_uri() const;  // "sip:10.99.0.4:5060"
    const KamailioOptions& options() const { return options_; }

  private:
    KamailioProcess(KamailioOptions options, std::unique_ptr<ChildProcess> process);

    KamailioOptions options_;
    std::unique_ptr<ChildProcess> process_;
};

}  // namespace janus_harness::testbed
