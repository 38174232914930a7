#define CURL_DISABLE_TYPECHECK  // its macros use old-style casts
#include "net/curl_multi.h"

#include <algorithm>
#include <cstdlib>
#include <mutex>
#include <utility>

#include "net/uv_handle.h"

namespace janus_harness::net {
namespace {

constexpr std::size_t pooled_handles = 64;

std::atomic<std::int64_t>& live_easy_handles() {
    static auto& counter = Balance::counter("curl.easy");
    return counter;
}

CURLM* new_multi() {
    static std::once_flag initialized;
    std::call_once(initialized, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
    CURLM* multi = curl_multi_init();
    if (multi == nullptr) std::abort();
    return multi;
}

int uv_events_of(int what) {
    int events = 0;
    if ((what & CURL_POLL_IN) != 0) events |= UV_READABLE;
    if ((what & CURL_POLL_OUT) != 0) events |= UV_WRITABLE;
    return events;
}

int curl_flags_of(int status, int events) {
    // Reading and writing tells libcurl what is wrong; CURL_CSELECT_ERR would hide it.
    if (status < 0) return CURL_CSELECT_IN | CURL_CSELECT_OUT;
    int flags = 0;
    if ((events & UV_READABLE) != 0) flags |= CURL_CSELECT_IN;
    if ((events & UV_WRITABLE) != 0) flags |= CURL_CSELECT_OUT;
    return flags;
}

}  // namespace

// One socket that libcurl wants watched.
struct HttpClient::Multi::SocketWatch : HandleOwner {
    SocketWatch(Multi& owning_multi, curl_socket_t watched)
        : HandleOwner("curl socket"), multi(owning_multi), socket(watched), poll(this) {
        if (uv_poll_init_socket(multi.loop().raw(), poll.get(), socket) != 0) poll.discard();
    }

    void listen(int events) {
        if (poll.closed()) return;
        uv_poll_start(poll.get(), events, [](uv_poll_t* handle, int status, int happened) {
            if (handle->data == nullptr) return;
            auto* watch = static_cast<SocketWatch*>(static_cast<HandleOwner*>(handle->data));
            watch->multi.socket_active(watch->socket, curl_flags_of(status, happened));
        });
    }

    Multi& multi;
    curl_socket_t socket;
    UvHandle<uv_poll_t> poll;
};

EasyPool::~EasyPool() {
    for (CURL* easy : idle_) curl_easy_cleanup(easy);
}

CURL* EasyPool::take() {
    if (!idle_.empty()) {
        CURL* easy = idle_.back();
        idle_.pop_back();
        return easy;
    }
    CURL* easy = curl_easy_init();
    if (easy == nullptr) std::abort();
    return easy;
}

void EasyPool::give_back(CURL* easy) {
    if (idle_.size() >= pooled_handles) {
        curl_easy_cleanup(easy);
        return;
    }
    curl_easy_reset(easy);
    idle_.push_back(easy);
}

HttpClient::Multi::Multi(Loop& loop, long max_connections, std::shared_ptr<EasyPool> pool)
    : loop_(loop),
      multi_(new_multi()),
      timer_(loop, [this](TimePoint) { socket_active(CURL_SOCKET_TIMEOUT, 0); }),
      pool_(std::move(pool)) {
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Multi::on_socket);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Multi::on_timer);
    curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, max_connections);
    curl_multi_setopt(multi_, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
}

HttpClient::Multi::~Multi() {
    curl_multi_cleanup(multi_);
}

int HttpClient::Multi::on_socket(CURL*, curl_socket_t socket, int what, void* self, void* watch) {
    static_cast<Multi*>(self)->watch_socket(socket, what, static_cast<SocketWatch*>(watch));
    return 0;
}

void HttpClient::Multi::watch_socket(curl_socket_t socket, int what, SocketWatch* watch) {
    if (what == CURL_POLL_REMOVE) {
        curl_multi_assign(multi_, socket, nullptr);
        delete watch;
        return;
    }
    if (watch == nullptr) {
        // libcurl keeps the pointer with the socket until CURL_POLL_REMOVE.
        watch = std::make_unique<SocketWatch>(*this, socket).release();
        curl_multi_assign(multi_, socket, watch);
    }
    watch->listen(uv_events_of(what));
}

int HttpClient::Multi::on_timer(CURLM*, long timeout_ms, void* self) {
    Timer& timer = static_cast<Multi*>(self)->timer_;
    if (timeout_ms < 0) {
        timer.stop();
    } else if (timeout_ms == 0) {
        // Not here, for libcurl must not be entered again, but in the very next turn of the loop:
        // every request begins with this, and rounding up to a millisecond would delay each.
        timer.start_at(TimePoint{});
    } else {
        timer.start_at(Loop::now() + std::chrono::milliseconds(timeout_ms));
    }
    return 0;
}

void HttpClient::Multi::socket_active(curl_socket_t socket, int flags) {
    const auto self = shared_from_this();  // a completion may drop the client
    int running = 0;
    curl_multi_socket_action(multi_, socket, flags, &running);
    deliver_completions();
}

void HttpClient::Multi::deliver_completions() {
    int queued = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &queued)) {
        if (message->msg != CURLMSG_DONE) continue;
        const CURLcode code = message->data.result;
        char* transfer = nullptr;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
        long connects = 0;
        curl_easy_getinfo(message->easy_handle, CURLINFO_NUM_CONNECTS, &connects);
        connections_opened += static_cast<std::uint64_t>(connects);
        reinterpret_cast<CurlTransfer*>(transfer)->on_complete(code);
    }
}

CurlEasy::CurlEasy(std::shared_ptr<HttpClient::Multi> multi)
    : multi_(std::move(multi)), easy_(multi_->pool().take()), counted_(live_easy_handles()) {
    curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, error_);
}

CurlEasy::~CurlEasy() {
    if (started_) curl_multi_remove_handle(multi_->get(), easy_);
    multi_->pool().give_back(easy_);
}

void CurlEasy::start(CurlTransfer* transfer) {
    started_ = true;
    curl_easy_setopt(easy_, CURLOPT_PRIVATE, transfer);
    curl_multi_add_handle(multi_->get(), easy_);
}

void set_common_options(CURL* easy, const std::string& url, const TlsOptions& tls,
                        Duration connect_timeout) {
    const auto milliseconds =
        std::chrono::duration_cast<std::chrono::milliseconds>(connect_timeout).count();
    curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    // HTTP/1.1 is all that Janus speaks.
    curl_easy_setopt(easy, CURLOPT_SSL_ENABLE_ALPN, 0L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, std::max<long>(milliseconds, 1L));
    // A client with a long poll keeps these buffers for its whole life.
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 1024L);
    curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, 16384L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, tls.verify ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, tls.verify ? 2L : 0L);
    if (!tls.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, tls.ca_file.c_str());
}

}  // namespace janus_harness::net
