#pragma once

#include "net/curl_multi.h"

// Inside this module only: one HTTP request under way.
namespace janus_harness::net {

class HttpTransfer : public CurlTransfer {
  public:
    // `finished` is called once, when the answer is whole or has failed; it may destroy the
    // transfer.
    using Finished = std::function<void(Result<HttpResponse>)>;

    HttpTransfer(std::shared_ptr<HttpClient::Multi> multi, HttpRequest request, Finished finished);
    ~HttpTransfer() override;

    void on_complete(CURLcode code) override;

  private:
    static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
    static int on_send(void* self, char* remote_ip, char* local_ip, int remote_port,
                       int local_port);
    void set_options();
    void set_method();
    Result<HttpResponse> result(CURLcode code);

    HttpRequest request_;
    Finished finished_;
    HttpResponse response_;
    int attempts_ = 0;
    bool too_large_ = false;
    curl_slist* headers_ = nullptr;
    CurlEasy easy_;
};

}  // namespace janus_harness::net
