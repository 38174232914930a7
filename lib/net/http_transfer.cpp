#define CURL_DISABLE_TYPECHECK  // its macros use old-style casts
#include "net/http_transfer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "net/curl_error.h"

namespace janus_harness::net {

HttpTransfer::HttpTransfer(std::shared_ptr<HttpClient::Multi> multi, HttpRequest request,
                           Finished finished)
    : request_(std::move(request)), finished_(std::move(finished)), easy_(std::move(multi)) {
    set_options();
    set_method();
    easy_.start(this);
}

HttpTransfer::~HttpTransfer() {
    curl_slist_free_all(headers_);
}

void HttpTransfer::set_options() {
    CURL* easy = easy_.get();
    const auto milliseconds =
        std::chrono::duration_cast<std::chrono::milliseconds>(request_.timeout).count();
    set_common_options(easy, request_.url, request_.tls, request_.connect_timeout);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, std::max<long>(milliseconds, 1L));
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &HttpTransfer::on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, &HttpTransfer::on_send);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, this);
    for (const std::string& header : request_.headers) {
        headers_ = curl_slist_append(headers_, header.c_str());
    }
    headers_ = curl_slist_append(headers_, "Expect:");  // no "100-continue" round trip
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers_);
}

void HttpTransfer::set_method() {
    CURL* easy = easy_.get();
    if (request_.method == "GET") return;
    if (request_.method == "HEAD") {
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
        return;
    }
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request_.body.data());
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(request_.body.size()));
    if (request_.method != "POST") {
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
    }
}

int HttpTransfer::on_send(void* self, char*, char*, int, int) {
    ++static_cast<HttpTransfer*>(self)->attempts_;
    return CURL_PREREQFUNC_OK;
}

std::size_t HttpTransfer::on_body(char* data, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<HttpTransfer*>(self);
    const std::size_t bytes = size * count;
    if (transfer.response_.body.size() + bytes > transfer.request_.max_body) {
        transfer.too_large_ = true;
        return 0;  // ends the transfer
    }
    transfer.response_.body.append(data, bytes);
    return bytes;
}

Result<HttpResponse> HttpTransfer::result(CURLcode code) {
    if (too_large_) {
        return Error{"http_body_too_large", fmt::format("{}: the answer is longer than {} bytes",
                                                        request_.url, request_.max_body)};
    }
    if (code != CURLE_OK) {
        double connected = 0;
        curl_easy_getinfo(easy_.get(), CURLINFO_PRETRANSFER_TIME, &connected);
        return curl_error("http", code, request_.url, easy_.error_text().data(), connected > 0);
    }
    long status = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    response_.status = static_cast<int>(status);
    response_.attempts = attempts_;
    return std::move(response_);
}

void HttpTransfer::on_complete(CURLcode code) {
    const Finished finished = std::move(finished_);
    finished(result(code));
}

}  // namespace janus_harness::net
