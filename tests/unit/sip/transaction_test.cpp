// The timers and retransmissions of RFC 3261 17 (table 4) and RFC 6026, state machine by state
// machine, in virtual time.
#include <doctest/doctest.h>

#include "scripted_peer.h"
#include "sip/invite_client_transaction.h"
#include "sip/invite_server_transaction.h"
#include "sip/non_invite_client_transaction.h"
#include "sip/non_invite_server_transaction.h"

using namespace janus_harness;
using namespace janus_harness::sip;

namespace {

const SocketAddress peer = address("127.0.0.2:5080");

Message request(const std::string& method) {
    Message message;
    message.method = method;
    message.uri = make_uri("bob", "127.0.0.2", 5080);
    message.vias = {make_via(address("127.0.0.1:5060"), "z9hG4bKone")};
    message.routes = {NameAddr{"", make_uri("", "127.0.0.9"), {{"lr", std::nullopt}}}};
    message.from = {"", make_uri("alice", "127.0.0.1"), {{"tag", "a"}}};
    message.to = {"", make_uri("bob", "127.0.0.2"), {}};
    message.call_id = "call-1";
    message.cseq = {5, method};
    return message;
}

// Steps one transaction through virtual time and notes when, relative to the start, it sends.
template <typename Transaction>
struct Stepper {
    explicit Stepper(Transaction t) : transaction(std::move(t)) {}

    Transaction transaction;
    Transmitter out;
    TimePoint start{std::chrono::hours(1)};
    TimePoint now = start;
    std::vector<std::int64_t> sent_at{};  // milliseconds
    std::vector<std::string> sent{};
    std::int64_t timed_out_at = -1;
    std::int64_t terminated_at = -1;

    std::int64_t elapsed() const { return (now - start) / ms(1); }
    void collect() {
        while (auto datagram = out.poll_transmit()) {
            sent_at.push_back(elapsed());
            sent.emplace_back(datagram->bytes.begin(), datagram->bytes.end());
        }
        if (transaction.terminated() && terminated_at < 0) terminated_at = elapsed();
    }
    void run_until(std::int64_t milliseconds) {
        collect();
        const TimePoint end = start + ms(milliseconds);
        while (!transaction.terminated()) {
            const auto next = transaction.next_timeout();
            if (!next || *next > end) break;
            now = *next;
            if (transaction.handle_timeout(now, out)) timed_out_at = elapsed();
            collect();
        }
        now = end;
    }
};

using Times = std::vector<std::int64_t>;

Stepper<InviteClientTransaction> started_invite_client() {
    Stepper stepper(InviteClientTransaction(request("INVITE"), peer, TimerValues{}));
    stepper.transaction.start(stepper.now, stepper.out);
    stepper.collect();
    return stepper;
}

}  // namespace

TEST_CASE("INVITE client: A doubles from T1, B ends it after 64*T1") {
    auto client = started_invite_client();
    client.run_until(100000);
    CHECK(client.sent_at == Times{0, 500, 1500, 3500, 7500, 15500, 31500});
    CHECK(client.timed_out_at == 32000);
    CHECK(client.terminated_at == 32000);
}

TEST_CASE("a late wake-up sends once, on the old plan, instead of catching up") {
    auto client = started_invite_client();
    client.now = client.start + ms(8000);
    CHECK_FALSE(client.transaction.handle_timeout(client.now, client.out));
    client.run_until(40000);
    CHECK(client.sent_at == Times{0, 8000, 15500, 31500});
}

TEST_CASE("INVITE client: a provisional response stops A and B for good") {
    auto client = started_invite_client();
    client.run_until(600);
    CHECK(client.transaction.handle_response(client.now, make_response(request("INVITE"), 180),
                                             client.out));
    client.run_until(1000000);
    CHECK(client.sent_at == Times{0, 500});
    CHECK(client.transaction.state() == InviteClientTransaction::State::proceeding);
}

TEST_CASE("INVITE client: a rejection is acknowledged, repeats too, until D after 32 s") {
    auto client = started_invite_client();
    const auto busy = make_response(request("INVITE"), 486, "tag-b");
    client.run_until(100);
    CHECK(client.transaction.handle_response(client.now, busy, client.out));
    client.collect();
    const auto ack_bytes = client.sent.back();
    const auto ack = parse_message(
        ByteView(reinterpret_cast<const std::uint8_t*>(ack_bytes.data()), ack_bytes.size()));
    REQUIRE(ack.ok());
    CHECK(ack.value().method == "ACK");  // 17.1.1.3
    CHECK(ack.value().vias.size() == 1);
    CHECK(ack.value().vias[0].branch() == "z9hG4bKone");
    CHECK(ack.value().to.tag() == "tag-b");
    CHECK(ack.value().cseq.number == 5);
    CHECK(ack.value().routes.size() == 1);
    client.run_until(5000);
    CHECK_FALSE(client.transaction.handle_response(client.now, busy, client.out));
    client.run_until(100000);
    CHECK(client.sent_at == Times{0, 100, 5000});
    CHECK(client.timed_out_at == -1);
    CHECK(client.terminated_at == 32100);
}

TEST_CASE("INVITE client: every 2xx is passed until M after 64*T1 (RFC 6026)") {
    auto client = started_invite_client();
    const auto ok = make_response(request("INVITE"), 200, "tag-b");
    client.run_until(100);
    CHECK(client.transaction.handle_response(client.now, ok, client.out));
    CHECK(client.transaction.handle_response(client.now, ok, client.out));
    CHECK_FALSE(client.transaction.handle_response(
        client.now, make_response(request("INVITE"), 486), client.out));
    client.run_until(100000);
    CHECK(client.sent_at == Times{0});
    CHECK(client.terminated_at == 32100);
}

TEST_CASE("non-INVITE client: E doubles up to T2, F ends it after 64*T1") {
    Stepper client(NonInviteClientTransaction(request("BYE"), peer, TimerValues{}));
    client.transaction.start(client.now, client.out);
    client.run_until(100000);
    CHECK(client.sent_at ==
          Times{0, 500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500});
    CHECK(client.timed_out_at == 32000);
}

TEST_CASE("non-INVITE client: in Proceeding it repeats every T2; K absorbs for T4") {
    Stepper client(NonInviteClientTransaction(request("BYE"), peer, TimerValues{}));
    client.transaction.start(client.now, client.out);
    client.run_until(100);
    CHECK(client.transaction.handle_response(client.now, make_response(request("BYE"), 100),
                                             client.out));
    client.run_until(9000);
    CHECK(client.sent_at == Times{0, 500, 4500, 8500});
    const auto ok = make_response(request("BYE"), 200);
    CHECK(client.transaction.handle_response(client.now, ok, client.out));
    CHECK_FALSE(client.transaction.handle_response(client.now, ok, client.out));
    client.run_until(100000);
    CHECK(client.sent_at.size() == 4);
    CHECK(client.timed_out_at == -1);
    CHECK(client.terminated_at == 14000);
}

TEST_CASE("INVITE server: G doubles up to T2, H tells the user after 64*T1") {
    Stepper server(InviteServerTransaction(peer, TimerValues{}));
    server.transaction.respond(server.now, make_response(request("INVITE"), 486, "b"), server.out);
    server.run_until(100000);
    CHECK(server.sent_at ==
          Times{0, 500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500});
    CHECK(server.timed_out_at == 32000);
}

TEST_CASE("INVITE server: the ACK stops G and H; I absorbs for T4") {
    Stepper server(InviteServerTransaction(peer, TimerValues{}));
    auto& transaction = server.transaction;
    transaction.respond(server.now, make_response(request("INVITE"), 486, "b"), server.out);
    server.run_until(700);
    CHECK(transaction.handle_request(server.now, request("ACK"), server.out) ==
          RequestDelivery::acknowledged);
    CHECK(transaction.handle_request(server.now, request("ACK"), server.out) ==
          RequestDelivery::absorbed);
    CHECK(transaction.handle_request(server.now, request("INVITE"), server.out) ==
          RequestDelivery::absorbed);
    server.run_until(100000);
    CHECK(server.sent_at == Times{0, 500});
    CHECK(server.timed_out_at == -1);
    CHECK(server.terminated_at == 5700);
}

TEST_CASE("INVITE server: a repeated INVITE gets the last provisional, then nothing after a 2xx") {
    Stepper server(InviteServerTransaction(peer, TimerValues{}));
    auto& transaction = server.transaction;
    transaction.handle_request(server.now, request("INVITE"), server.out);
    server.collect();
    CHECK(server.sent.empty());
    transaction.respond(server.now, make_response(request("INVITE"), 180, "b"), server.out);
    server.run_until(500);
    transaction.handle_request(server.now, request("INVITE"), server.out);
    server.run_until(600);
    CHECK(server.sent_at == Times{0, 500});
    CHECK(server.sent.back().starts_with("SIP/2.0 180"));
    transaction.respond(server.now, make_response(request("INVITE"), 200, "b"), server.out);
    server.run_until(700);
    transaction.handle_request(server.now, request("INVITE"), server.out);
    CHECK(transaction.handle_request(server.now, request("ACK"), server.out) ==
          RequestDelivery::pass);
    server.run_until(100000);
    CHECK(server.sent_at == Times{0, 500, 600});
    CHECK(server.terminated_at == 32600);
}

TEST_CASE("non-INVITE server: repeats its response until J after 64*T1") {
    Stepper server(NonInviteServerTransaction(peer, TimerValues{}));
    auto& transaction = server.transaction;
    transaction.handle_request(server.now, request("BYE"), server.out);
    server.run_until(100);
    CHECK(server.sent.empty());
    transaction.respond(server.now, make_response(request("BYE"), 200, "b"), server.out);
    transaction.respond(server.now, make_response(request("BYE"), 500, "b"), server.out);
    server.run_until(900);
    transaction.handle_request(server.now, request("BYE"), server.out);
    server.run_until(100000);
    CHECK(server.sent_at == Times{100, 900});
    CHECK(server.sent[0] == server.sent[1]);
    CHECK(server.terminated_at == 32100);
}
