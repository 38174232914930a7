#pragma once

#include <string>

namespace janus_harness::net {

// How a TLS client checks the server it talks to.
struct TlsOptions {
    // PEM file of trusted certificates; empty: the system's.
    std::string ca_file;
    // False accepts any certificate and any host name.
    bool verify = true;
};

}  // namespace janus_harness::net
