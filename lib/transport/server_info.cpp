#include "transport/server_info.h"

#include <fmt/format.h>

#include <utility>

#include "net/timer.h"

namespace janus_harness::transport {
namespace {

using Callback = std::function<void(TimePoint, Result<janus::ServerInfo>)>;

// What an event that ends the question means; nullopt: it does not end it.
std::optional<Result<janus::ServerInfo>> outcome_of(janus::Event event) {
    using Outcome = Result<janus::ServerInfo>;
    if (auto* info = std::get_if<janus::ServerInfo>(&event)) return Outcome(std::move(*info));
    if (const auto* failed = std::get_if<janus::RequestFailed>(&event)) {
        const bool http_only = failed->error.code == "http_status" ||
                               failed->error.code == "http_empty_body" ||
                               failed->error.code == "janus_answer_unusable";
        if (!http_only) return Outcome(failed->error);
        return Outcome(Error{"janus_not_a_janus", failed->error.message});
    }
    if (const auto* lost = std::get_if<janus::ConnectionLost>(&event)) return Outcome(lost->error);
    if (const auto* rejected = std::get_if<janus::RequestRejected>(&event)) {
        return Outcome(Error{"janus_request_rejected",
                             fmt::format("{} {}", rejected->code, rejected->reason)});
    }
    if (std::holds_alternative<janus::RequestTimedOut>(event)) {
        return Outcome(Error{"janus_request_timed_out", "no answer to \"info\""});
    }
    if (std::holds_alternative<janus::Acknowledged>(event)) {
        return Outcome(Error{"janus_not_a_janus", "\"info\" was answered with an ack"});
    }
    return std::nullopt;
}

class Request : public ServerInfoRequest, public std::enable_shared_from_this<Request> {
  public:
    Request(net::Loop& loop, const JanusTransportOptions& options, Callback callback)
        : loop_(loop),
          callback_(std::move(callback)),
          session_({.apisecret = {}, .token = {}, .request_timeout = options.request_timeout},
                   Random(static_cast<std::uint64_t>(net::Loop::now().time_since_epoch().count()))),
          timer_(loop, [this](TimePoint now) {
              session_.handle_timeout(now);
              drain(now);
          }) {}

    void start(net::HttpClient& client, const std::string& url,
               const JanusTransportOptions& options) {
        auto transport = make_janus_transport(loop_, client, url, options, session_,
                                              [this](TimePoint now) { drain(now); });
        if (!transport) {
            loop_.defer([weak = weak_from_this(), error = transport.error()] {
                if (const auto self = weak.lock()) self->finish(net::Loop::now(), error);
            });
            return;
        }
        transport_ = std::move(transport).value();
        session_.info(net::Loop::now());
        transport_->connect();
        transport_->flush();
        if (const auto due = session_.next_timeout()) timer_.start_at(*due);
    }

  private:
    void drain(TimePoint now) {
        while (auto event = session_.poll_event()) {
            if (auto outcome = outcome_of(std::move(*event))) {
                finish(now, std::move(*outcome));
                return;
            }
        }
    }

    void finish(TimePoint now, Result<janus::ServerInfo> outcome) {
        timer_.stop();
        if (transport_ != nullptr) transport_->close();
        const Callback callback = std::exchange(callback_, nullptr);
        if (callback) callback(now, std::move(outcome));
    }

    net::Loop& loop_;
    Callback callback_;
    janus::Session session_;
    std::unique_ptr<JanusTransport> transport_;
    net::Timer timer_;
};

// What the caller holds; what runs is shared, so that a callback may drop the holder.
struct Holder : ServerInfoRequest {
    explicit Holder(std::shared_ptr<Request> running) : request(std::move(running)) {}
    std::shared_ptr<Request> request;
};

}  // namespace

std::unique_ptr<ServerInfoRequest> fetch_server_info(net::Loop& loop, net::HttpClient& client,
                                                     const std::string& url,
                                                     const JanusTransportOptions& options,
                                                     Callback callback) {
    auto request = std::make_shared<Request>(loop, options, std::move(callback));
    request->start(client, url, options);
    return std::make_unique<Holder>(std::move(request));
}

}  // namespace janus_harness::transport
