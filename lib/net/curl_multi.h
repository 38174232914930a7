#pragma once

#include <curl/curl.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "core/balance.h"
#include "net/http_client.h"
#include "net/timer.h"

// Inside this module only: a libcurl multi handle driven by a loop.
namespace janus_harness::net {

// What runs on an easy handle in the multi handle.
class CurlTransfer {
  public:
    virtual ~CurlTransfer() = default;
    // The transfer ended; its easy handle is still in the multi handle. May destroy the transfer
    // and the multi handle.
    virtual void on_complete(CURLcode code) = 0;
};

// An easy handle in use. Set up by its owner, then started; removed when destroyed.
class CurlEasy {
  public:
    explicit CurlEasy(std::shared_ptr<HttpClient::Multi> multi);
    ~CurlEasy();
    CurlEasy(const CurlEasy&) = delete;
    CurlEasy& operator=(const CurlEasy&) = delete;

    CURL* get() const { return easy_; }
    // libcurl's words about the last error; may be empty.
    std::string_view error_text() const { return error_; }
    // Hands the transfer over to the loop; `transfer` must outlive this object.
    void start(CurlTransfer* transfer);

  private:
    std::shared_ptr<HttpClient::Multi> multi_;
    CURL* easy_;
    char error_[CURL_ERROR_SIZE] = {};
    bool started_ = false;
    Counted counted_;
};

// Easy handles that are not in use, a few of them.
class EasyPool {
  public:
    EasyPool() = default;
    ~EasyPool();
    EasyPool(const EasyPool&) = delete;
    EasyPool& operator=(const EasyPool&) = delete;

    CURL* take();
    void give_back(CURL* easy);

  private:
    std::vector<CURL*> idle_;
};

class HttpTransfer;

class HttpClient::Multi : public std::enable_shared_from_this<HttpClient::Multi> {
  public:
    Multi(Loop& loop, long max_connections, std::shared_ptr<EasyPool> pool);
    ~Multi();
    Multi(const Multi&) = delete;
    Multi& operator=(const Multi&) = delete;

    EasyPool& pool() const { return *pool_; }
    CURLM* get() const { return multi_; }
    Loop& loop() const { return loop_; }

    std::uint64_t connections_opened = 0;

  private:
    friend class HttpClient;
    struct SocketWatch;

    static int on_socket(CURL* easy, curl_socket_t socket, int what, void* self, void* watch);
    static int on_timer(CURLM* multi, long timeout_ms, void* self);
    void watch_socket(curl_socket_t socket, int what, SocketWatch* watch);
    void socket_active(curl_socket_t socket, int flags);
    void deliver_completions();

    Loop& loop_;
    CURLM* multi_;
    Timer timer_;
    std::shared_ptr<EasyPool> pool_;
};

// Options that every transfer of this module has: no signals, no proxies, TLS as told, …
void set_common_options(CURL* easy, const std::string& url, const TlsOptions& tls,
                        Duration connect_timeout);

}  // namespace janus_harness::net
