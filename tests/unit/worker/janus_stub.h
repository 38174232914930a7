#pragma once

#include <fmt/format.h>

#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>

#include "net/loop.h"
#include "tests/support/http_server_stub.h"

namespace janus_harness::worker::test {

namespace stub = janus_harness::test;

// A Janus on a thread of its own, as the worker has a loop of its own. Long polls stay open.
class JanusStub {
  public:
    // The first `refused` requests of this kind are answered with error 403.
    explicit JanusStub(int refused = 0, std::string refused_verb = "create")
        : refused_(refused),
          refused_verb_(std::move(refused_verb)),
          server_(loop_, [this](auto& connection, const auto& request) {
              if (request.method == "POST") answer(connection, request.body);
          }) {
        url = server_.url("/janus");
        thread_ = std::thread([this] { loop_.run(); });
    }
    ~JanusStub() {
        loop_.post([this] { loop_.stop(); });
        thread_.join();
    }

    std::string url;

    std::set<std::string> transactions() const {
        const std::lock_guard lock(mutex_);
        return transactions_;
    }

  private:
    static std::string member(const std::string& json, const std::string& name) {
        const std::string key = "\"" + name + "\":\"";
        const std::size_t begin = json.find(key);
        if (begin == std::string::npos) return {};
        const std::size_t value = begin + key.size();
        return json.substr(value, json.find('"', value) - value);
    }
    void answer(stub::TcpServerStub::Connection& connection, const std::string& body) {
        const std::string verb = member(body, "janus");
        const std::string transaction = member(body, "transaction");
        {
            const std::lock_guard lock(mutex_);
            transactions_.insert(transaction);
        }
        std::string rest = fmt::format(R"(,"data":{{"id":{}}})", ++ids_);
        std::string kind = "success";
        if (verb == refused_verb_ && asked_++ < refused_) {
            kind = "error";
            rest = R"(,"error":{"code":403,"reason":"Unauthorized"})";
        } else if (verb == "keepalive" || verb == "message") {
            kind = "ack";
            rest.clear();
        }
        stub::HttpServerStub::respond(
            connection, 200,
            fmt::format(R"({{"janus":"{}","transaction":"{}"{}}})", kind, transaction, rest));
    }

    mutable std::mutex mutex_;
    std::set<std::string> transactions_;
    int refused_;
    std::string refused_verb_;
    int asked_ = 0;
    int ids_ = 100;
    net::Loop loop_;
    stub::HttpServerStub server_;
    std::thread thread_;
};

}  // namespace janus_harness::worker::test
