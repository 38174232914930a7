#include "dtls/datagram_bio.h"

#include <openssl/opensslv.h>

#include <algorithm>
#include <utility>

#if OPENSSL_VERSION_NUMBER >= 0x30200000L
#error "From OpenSSL 3.2 on the timer cannot be stepped through BIO_CTRL_DGRAM_SET_NEXT_TIMEOUT"
#endif

namespace janus_harness::dtls {

// The functions of the BIO; a struct so that DatagramBio can befriend them all.
struct DatagramBioMethod {
    static DatagramBio& link(BIO* bio) { return *static_cast<DatagramBio*>(BIO_get_data(bio)); }

    static int write(BIO* bio, const char* data, int length) {
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(data);
        link(bio).outgoing_.emplace_back(bytes, bytes + length);
        return length;
    }

    static int read(BIO* bio, char* data, int length) {
        BIO_clear_flags(bio, BIO_FLAGS_RWS | BIO_FLAGS_SHOULD_RETRY);
        const ByteView datagram = link(bio).incoming_;
        if (datagram.empty()) {
            BIO_set_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY);
            return -1;
        }
        // What does not fit is lost, as with recv().
        const std::size_t count = std::min(datagram.size(), static_cast<std::size_t>(length));
        std::copy_n(datagram.begin(), count, reinterpret_cast<std::uint8_t*>(data));
        link(bio).incoming_ = {};
        return static_cast<int>(count);
    }

    static long control(BIO* bio, int command, long, void* pointer) {
        switch (command) {
            case BIO_CTRL_FLUSH:
                return 1;
            case BIO_CTRL_DGRAM_SET_NEXT_TIMEOUT:
                link(bio).timer_ = static_cast<timeval*>(pointer);
                link(bio).timer_changed_ = true;
                return 1;
            default:
                return 0;
        }
    }

    static int create(BIO* bio) {
        BIO_set_init(bio, 1);
        return 1;
    }

    // Lives as long as the process.
    static const BIO_METHOD* get() {
        static const BIO_METHOD* const method = [] {
            BIO_METHOD* made =
                BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "datagrams");
            BIO_meth_set_write(made, &DatagramBioMethod::write);
            BIO_meth_set_read(made, &DatagramBioMethod::read);
            BIO_meth_set_ctrl(made, &DatagramBioMethod::control);
            BIO_meth_set_create(made, &DatagramBioMethod::create);
            return made;
        }();
        return method;
    }
};

BIO* DatagramBio::make() {
    BIO* bio = BIO_new(DatagramBioMethod::get());
    BIO_set_data(bio, this);
    return bio;
}

bool DatagramBio::take_timer_change() {
    return std::exchange(timer_changed_, false);
}

bool DatagramBio::timer_running() const {
    return timer_ != nullptr && (timer_->tv_sec != 0 || timer_->tv_usec != 0);
}

void DatagramBio::expire_timer() {
    // One second after the epoch; zero would mean "not running".
    if (timer_running()) *timer_ = {1, 0};
}

}  // namespace janus_harness::dtls
