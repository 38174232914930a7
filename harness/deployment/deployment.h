#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/socket_address.h"
#include "core/time.h"
#include "harness/deployment/accounts.h"
#include "harness/scenario/scenario.h"
#include "net/tls_options.h"
#include "net/udp_socket.h"

namespace janus_harness::deployment {

// The Janus and the SIP infrastructure of one run, with every address known: what the scenario, the
// command line and the testbed say together. Immutable during the run.
struct Deployment {
    // Janus.
    std::string janus_url;     // http, https, ws or wss
    std::string admin_url;     // empty: the admin API cannot be asked
    std::string admin_secret;  // may be empty
    std::string api_secret;    // empty: none
    std::string token;         // empty: none
    net::TlsOptions tls;
    Duration request_timeout = std::chrono::seconds{10};
    Duration keepalive = std::chrono::seconds{25};
    int maxev = 10;

    // The SIP side that the browsers' accounts live on.
    std::string sip_domain;       // host, or host:port, of the accounts' addresses
    std::string sip_proxy;        // URI of registrar and proxy; empty: the domain itself
    bool outbound_proxy = false;  // the domain does not lead to the proxy: send everything there
    std::vector<AccountRow> accounts;  // a row a client; generated where the registrar is ours

    // Our own end of the calls.
    scenario::FarEndMode far_end = scenario::FarEndMode::builtin;
    SocketAddress far_end_address;             // SIP socket of the phones (port 0: any)
    std::optional<SocketAddress> phone_proxy;  // where the phones register and send their calls
    std::string callee;                        // URI to call where the far end is not ours
    std::vector<AccountRow> far_end_accounts;  // a row a client
    bool record_route = false;
    scenario::DigestAlgorithm digest = scenario::DigestAlgorithm::md5;

    // Address that the browsers' media sockets are bound to, and the phones'.
    SocketAddress media_address;
    SocketAddress phone_media_address;
    net::UdpSocket::PortRange browser_ports;  // 0: the system chooses
    net::UdpSocket::PortRange phone_ports;
};

}  // namespace janus_harness::deployment
