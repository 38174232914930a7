#include "tests/support/tcp_server_stub.h"

#include <netinet/in.h>

#include <array>
#include <cstdlib>
#include <utility>

namespace janus_harness::test {
namespace {

struct Write {
    uv_write_t request{};
    std::string bytes;
};

uv_stream_t* stream(uv_tcp_t* tcp) {
    return reinterpret_cast<uv_stream_t*>(tcp);
}

}  // namespace

TcpServerStub::Connection::Connection(TcpServerStub& server)
    : HandleOwner("stub connection"), server_(server), handle_(this) {
    uv_tcp_init(server.loop_.raw(), handle_.get());
}

void TcpServerStub::Connection::write(std::string_view bytes) {
    if (closed()) return;
    auto* write = std::make_unique<Write>().release();  // freed in the callback
    write->bytes = bytes;
    const uv_buf_t buffer =
        uv_buf_init(write->bytes.data(), static_cast<unsigned int>(write->bytes.size()));
    uv_write(&write->request, stream(handle_.get()), &buffer, 1,
             [](uv_write_t* request, int) { delete reinterpret_cast<Write*>(request); });
}

void TcpServerStub::Connection::read() {
    const auto give_buffer = [](uv_handle_t*, std::size_t, uv_buf_t* buffer) {
        static std::array<char, 65536> bytes;
        *buffer = uv_buf_init(bytes.data(), static_cast<unsigned int>(bytes.size()));
    };
    uv_read_start(stream(handle_.get()), give_buffer,
                  [](uv_stream_t* handle, ssize_t count, const uv_buf_t* buffer) {
                      if (handle->data == nullptr) return;
                      auto* self =
                          static_cast<Connection*>(static_cast<HandleOwner*>(handle->data));
                      if (count < 0) {
                          self->close();
                          return;
                      }
                      self->received.append(buffer->base, static_cast<std::size_t>(count));
                      self->server_.on_data_(*self);
                  });
}

TcpServerStub::TcpServerStub(net::Loop& loop, DataCallback on_data)
    : loop_(loop), on_data_(std::move(on_data)) {
    listener_.server = this;
    uv_tcp_t* tcp = listener_.owner.get();
    uv_tcp_init(loop.raw(), tcp);
    sockaddr_in address{};
    uv_ip4_addr("127.0.0.1", 0, &address);
    if (uv_tcp_bind(tcp, reinterpret_cast<const sockaddr*>(&address), 0) != 0) std::abort();
    const int status = uv_listen(stream(tcp), 128, [](uv_stream_t* handle, int) {
        if (handle->data == nullptr) return;
        static_cast<Listener*>(static_cast<net::HandleOwner*>(handle->data))->server->accept();
    });
    if (status != 0) std::abort();
    int size = sizeof address;
    uv_tcp_getsockname(tcp, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
}

void TcpServerStub::accept() {
    connections_.push_back(std::make_unique<Connection>(*this));
    Connection& connection = *connections_.back();
    uv_accept(stream(listener_.owner.get()), stream(connection.handle_.get()));
    connection.read();
}

}  // namespace janus_harness::test
