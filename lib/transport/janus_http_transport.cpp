#include "transport/janus_http_transport.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace janus_harness::transport {
namespace {

// Enough of a stranger's answer to know him by.
std::string beginning_of(const std::string& body) {
    constexpr std::size_t longest = 60;
    std::string text = body.substr(0, longest);
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, ' ');
    return text;
}

// Bytes as they are in a query (RFC 3986 2.3), anything else as %XX.
std::string query_escape(std::string_view text) {
    constexpr std::string_view plain =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    std::string result;
    for (const char character : text) {
        if (plain.find(character) != std::string_view::npos) {
            result += character;
        } else {
            result += fmt::format("%{:02X}", static_cast<unsigned char>(character));
        }
    }
    return result;
}

Error status_error(const net::HttpResponse& response) {
    if (response.status == 200) return {"http_empty_body", "HTTP 200 without a body"};
    return {"http_status", fmt::format("HTTP {}", response.status)};
}

std::string repeated(const net::HttpResponse& response) {
    return fmt::format("a kept-alive connection was closed before the answer; sent {} times",
                       response.attempts);
}

}  // namespace

JanusHttpTransport::JanusHttpTransport(net::HttpClient& client, std::string url,
                                       JanusTransportOptions options, janus::Session& session,
                                       ActivityCallback on_activity)
    : client_(client),
      lane_(client),
      url_(std::move(url)),
      options_(std::move(options)),
      session_(session),
      on_activity_(std::move(on_activity)),
      poll_timer_(client.loop(), [this](TimePoint) { keep_polling(); }) {
    while (url_.ends_with('/')) url_.pop_back();
}

JanusHttpTransport::~JanusHttpTransport() {
    close();
}

void JanusHttpTransport::close() {
    closed_ = true;
    poll_timer_.stop();
    if (poll_) client_.cancel(*poll_);
    poll_.reset();
    for (const auto& [transaction, id] : requests_) client_.cancel(id);
    requests_.clear();
}

void JanusHttpTransport::flush() {
    if (closed_) return;
    while (auto outgoing = session_.poll_transmit()) post(std::move(*outgoing));
}

void JanusHttpTransport::post(janus::Outgoing outgoing) {
    net::HttpRequest request;
    request.method = "POST";
    request.url = url_;
    if (outgoing.session_id != 0) request.url += fmt::format("/{}", outgoing.session_id);
    if (outgoing.handle_id != 0) request.url += fmt::format("/{}", outgoing.handle_id);
    request.lane = lane_.number();
    request.body = std::move(outgoing.json);
    request.headers = {"Content-Type: application/json"};
    request.timeout = options_.request_timeout;
    request.connect_timeout = options_.connect_timeout;
    request.tls = options_.tls;
    ++statistics_.requests;
    requests_[outgoing.transaction] =
        client_.send(std::move(request), [this, transaction = outgoing.transaction](
                                             TimePoint now, Result<net::HttpResponse> answer) {
            handle_answer(now, transaction, answer);
        });
}

void JanusHttpTransport::handle_answer(TimePoint now, const std::string& transaction,
                                       const Result<net::HttpResponse>& answer) {
    // What follows may destroy the transport and with it the callback that owns `transaction`.
    const std::string answered = transaction;
    requests_.erase(answered);
    if (answer && answer->attempts > 1) {
        session_.handle_protocol_error(now, {"http_request_repeated", repeated(answer.value())});
    }
    if (!answer) {
        session_.handle_request_failed(now, answered, answer.error());
    } else if (answer->status != 200 || answer->body.empty()) {
        session_.handle_request_failed(now, answered, status_error(answer.value()));
    } else {
        ++statistics_.messages;
        session_.handle_message(now, answer->body);
        session_.handle_request_failed(
            now, answered,
            {"janus_answer_unusable",
             fmt::format(
                 "the HTTP answer is no reply of Janus to the request; it begins with \"{}\"",
                 beginning_of(answer->body))});
    }
    tell_owner(now);
}

// Nothing of the transport may be touched after this.
void JanusHttpTransport::tell_owner(TimePoint now) {
    keep_polling();
    const ActivityCallback on_activity = on_activity_;
    on_activity(now);
}

void JanusHttpTransport::keep_polling() {
    const bool wanted = session_.state() == janus::Session::State::ready ||
                        session_.state() == janus::Session::State::destroying;
    if (!wanted) {
        poll_timer_.stop();
        if (poll_) client_.cancel(*poll_);
        poll_.reset();
    } else if (!poll_ && (poll_failures_ == 0 || !poll_timer_.active())) {
        poll();
    }
}

std::string JanusHttpTransport::poll_url() const {
    std::string url =
        fmt::format("{}/{}?maxev={}", url_, session_.session_id(), std::max(options_.maxev, 1));
    if (!options_.apisecret.empty()) url += "&apisecret=" + query_escape(options_.apisecret);
    if (!options_.token.empty()) url += "&token=" + query_escape(options_.token);
    return url;
}

void JanusHttpTransport::poll() {
    net::HttpRequest request;
    request.lane = lane_.number();
    request.url = poll_url();
    request.timeout = options_.poll_timeout;
    request.connect_timeout = options_.connect_timeout;
    request.tls = options_.tls;
    poll_ =
        client_.send(std::move(request), [this](TimePoint now, Result<net::HttpResponse> answer) {
            poll_.reset();
            handle_poll(now, answer);
        });
}

void JanusHttpTransport::handle_poll(TimePoint now, const Result<net::HttpResponse>& answer) {
    const bool destroying = session_.state() == janus::Session::State::destroying;
    if (answer && answer->attempts > 1) {
        statistics_.polls_cut_short += static_cast<std::uint64_t>(answer->attempts - 1);
        session_.handle_protocol_error(now, {"janus_poll_cut_short", repeated(answer.value())});
    }
    if (!answer) {
        handle_poll_cut_short(now, answer.error());
    } else if (answer->status == 404 && destroying) {
        return;  // the reply to destroy is on its way
    } else if (answer->status == 404) {
        session_.handle_session_gone(
            now, {"janus_poll_not_found", "HTTP 404: Janus does not know the session"});
    } else if (answer->status == 403) {
        session_.handle_connection_lost(
            now, {"janus_poll_forbidden", "HTTP 403: the long poll's secret or token was refused"});
    } else if (answer->status != 200 || answer->body.empty()) {
        handle_poll_cut_short(now, status_error(answer.value()));
    } else {
        ++statistics_.polls;
        ++statistics_.messages;
        if (session_.handle_message(now, answer->body)) {
            poll_failures_ = 0;
        } else {
            back_off(now, {"janus_poll_unusable",
                           fmt::format("the long poll was answered with no message of Janus; the "
                                       "last answer begins with \"{}\"",
                                       beginning_of(answer->body))});
        }
    }
    tell_owner(now);
}

void JanusHttpTransport::handle_poll_cut_short(TimePoint now, const Error& error) {
    ++statistics_.polls_cut_short;
    session_.handle_protocol_error(
        now, {"janus_poll_cut_short", fmt::format("{}: {}", error.code, error.message)});
    back_off(now, error);
}

// Nothing but failures in a row makes the next poll wait, and in the end the connection lost.
void JanusHttpTransport::back_off(TimePoint now, const Error& error) {
    ++poll_failures_;
    if (poll_failures_ >= options_.poll_attempts) {
        session_.handle_connection_lost(now, error);
        return;
    }
    const int doublings = std::min(poll_failures_ - 1, 20);
    poll_timer_.start_at(now + std::min<Duration>(options_.poll_backoff * (1 << doublings),
                                                  options_.poll_backoff_maximum));
}

}  // namespace janus_harness::transport
