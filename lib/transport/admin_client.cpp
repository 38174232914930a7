#include "transport/admin_client.h"

#include <fmt/format.h>

#include <map>
#include <set>
#include <utility>

#include "janus/admin.h"

namespace janus_harness::transport {

struct AdminClient::State {
    using BodyCallback = std::function<void(TimePoint, Result<std::string>)>;

    void ask(std::string_view verb, const std::string& path, BodyCallback callback) {
        net::HttpRequest request;
        request.method = "POST";
        request.url = url + path;
        request.headers = {"Content-Type: application/json"};
        request.tls = tls;
        const std::uint64_t number = ++questions;
        request.body = janus::admin_request(verb, fmt::format("admin{}", number), secret);
        open[number] =
            client.send(std::move(request), [this, number, callback = std::move(callback)](
                                                TimePoint now, Result<net::HttpResponse> answer) {
                open.erase(number);
                callback(now, body_of(std::move(answer)));
            });
    }

    static Result<std::string> body_of(Result<net::HttpResponse> answer) {
        if (!answer) return answer.error();
        if (answer->status == 200) return std::move(answer->body);
        return Error{"admin_status", fmt::format("HTTP {}", answer->status)};
    }

    net::HttpClient& client;
    std::string url;
    std::string secret;
    net::TlsOptions tls;
    std::uint64_t questions = 0;
    std::map<std::uint64_t, net::HttpClient::RequestId> open;
};

namespace {

auto ids_reader(const char* member, AdminClient::IdsCallback callback) {
    return [member, callback = std::move(callback)](TimePoint now, Result<std::string> body) {
        if (!body) {
            callback(now, body.error());
        } else {
            callback(now, janus::parse_admin_ids(body.value(), member));
        }
    };
}

}  // namespace

AdminClient::AdminClient(net::HttpClient& client, std::string url, std::string admin_secret,
                         net::TlsOptions tls)
    : state_(new State{client, std::move(url), std::move(admin_secret), std::move(tls), 0, {}}) {
    while (state_->url.ends_with('/')) state_->url.pop_back();
}

AdminClient::~AdminClient() {
    for (const auto& [number, id] : state_->open) state_->client.cancel(id);
}

void AdminClient::list_sessions(IdsCallback callback) {
    state_->ask("list_sessions", "", ids_reader("sessions", std::move(callback)));
}

void AdminClient::list_handles(std::uint64_t session_id, IdsCallback callback) {
    state_->ask("list_handles", fmt::format("/{}", session_id),
                ids_reader("handles", std::move(callback)));
}

void AdminClient::handle_info(std::uint64_t session_id, std::uint64_t handle_id,
                              TextCallback callback) {
    state_->ask("handle_info", fmt::format("/{}/{}", session_id, handle_id),
                [callback = std::move(callback)](TimePoint now, Result<std::string> body) {
                    if (!body) {
                        callback(now, body.error());
                    } else {
                        callback(now, janus::parse_admin_handle_info(body.value()));
                    }
                });
}

}  // namespace janus_harness::transport
