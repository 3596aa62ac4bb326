// TLS 1.3 over any byte stream. OpenSSL works on two memory buffers under `ssl_mutex_`, which is
// never held while the inner stream blocks, so one thread can read while another writes. Encrypted
// bytes leave in the order OpenSSL made them because whoever takes them out holds `write_mutex_`
// until they are sent.
#include "lib/net/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <array>
#include <atomic>
#include <cassert>
#include <mutex>
#include <utility>

#include "lib/net/tls_context.h"

namespace hawser::net {
namespace {

constexpr size_t kReadSize = 32U << 10;
constexpr size_t kWriteSize =
    64U << 10;  ///< plain bytes encrypted before one write of the inner stream

constexpr auto kAlertGrace = std::chrono::milliseconds(200);

using SslPtr = std::unique_ptr<SSL, OpensslDeleter<SSL_free>>;

/// Alert codes (RFC 8446, section 6.2) by which a peer says that it does not accept our
/// certificate.
bool IsCertificateAlert(int alert) {
  switch (alert) {
    case SSL_AD_BAD_CERTIFICATE:
    case SSL_AD_UNSUPPORTED_CERTIFICATE:
    case SSL_AD_CERTIFICATE_REVOKED:
    case SSL_AD_CERTIFICATE_EXPIRED:
    case SSL_AD_CERTIFICATE_UNKNOWN:
    case SSL_AD_UNKNOWN_CA:
    case SSL_AD_ACCESS_DENIED:
    case SSL_AD_DECRYPT_ERROR:
    case SSL_AD_CERTIFICATE_REQUIRED:
      return true;
    default:
      return false;
  }
}

/// Puts the failure in this thread's OpenSSL queue into words: which side refused, and why.
Status Explain(SSL* ssl, const std::string& peer) {
  const int reason = ERR_GET_REASON(ERR_peek_last_error());
  const std::string text = TakeOpensslError();
  if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED) {
    const char* why = X509_verify_cert_error_string(SSL_get_verify_result(ssl));
    return UnauthenticatedError("this side refused the certificate of " + peer + ": " + why);
  }
  if (reason == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE) {
    return UnauthenticatedError("this side refused " + peer + ": it sent no certificate");
  }
  if (reason > SSL_AD_REASON_OFFSET && IsCertificateAlert(reason - SSL_AD_REASON_OFFSET)) {
    return UnauthenticatedError(peer + " refused the certificate of this side: " + text);
  }
  return DataLossError("TLS with " + peer + " failed: " + text);
}

class TlsStream final : public ByteStream {
 public:
  TlsStream(std::unique_ptr<ByteStream> inner, SslPtr ssl)
      : inner_(std::move(inner)), ssl_(std::move(ssl)) {}
  ~TlsStream() override { TlsStream::Close(); }

  Status Handshake(Deadline deadline) {
    const Status status =
        Drive(deadline, /*flush=*/true, [this] { return SSL_do_handshake(ssl_.get()); }).status();
    if (alert_sent_) AwaitPeerEnd();
    return status;
  }

  Result<size_t> Read(std::span<char> out, Deadline deadline) override {
    assert(!out.empty());
    size_t count = 0;
    HAWSER_ASSIGN_OR_RETURN(const bool more, Drive(deadline, /*flush=*/false, [&] {
                              return SSL_read_ex(ssl_.get(), out.data(), out.size(), &count);
                            }));
    return more ? count : 0;
  }

  Status Write(std::string_view data, Deadline deadline) override {
    const std::lock_guard writing(write_mutex_);
    while (!data.empty()) {
      const std::string_view piece = data.substr(0, kWriteSize);
      HAWSER_RETURN_IF_ERROR(Encrypt(piece));
      HAWSER_RETURN_IF_ERROR(SendPending(deadline));
      data.remove_prefix(piece.size());
    }
    return OkStatus();
  }

  void Close() override {
    if (closed_.exchange(true)) return;
    // The farewell tells the peer that nothing was cut off. It must not block: skipped while a
    // writer is at work.
    if (const std::unique_lock writing(write_mutex_, std::try_to_lock); writing.owns_lock()) {
      {
        const std::lock_guard lock(ssl_mutex_);
        if (SSL_is_init_finished(ssl_.get()) == 1) SSL_shutdown(ssl_.get());
        ERR_clear_error();
      }
      (void)SendPending(std::chrono::steady_clock::now());
    }
    inner_->Close();
  }

  std::string Peer() const override { return inner_->Peer(); }

 private:
  /// Repeats `step` (an OpenSSL call) and feeds it from the inner stream until it is done (true) or
  /// the peer has said farewell (false). `flush`: what `step` wrote is sent, too.
  template <typename Step>
  Result<bool> Drive(Deadline deadline, bool flush, Step step) {
    while (true) {
      const int outcome = Try(step);
      if (outcome == SSL_ERROR_SSL || outcome == SSL_ERROR_SYSCALL) return Failure();
      if (flush) {
        const std::lock_guard writing(write_mutex_);
        HAWSER_RETURN_IF_ERROR(SendPending(deadline));
      }
      if (outcome == SSL_ERROR_NONE) return true;
      if (outcome == SSL_ERROR_ZERO_RETURN) return false;
      HAWSER_RETURN_IF_ERROR(Feed(deadline));
    }
  }

  template <typename Step>
  int Try(Step step) {
    const std::lock_guard lock(ssl_mutex_);
    ERR_clear_error();
    const int result = step();
    const int outcome = result == 1 ? SSL_ERROR_NONE : SSL_get_error(ssl_.get(), result);
    if (outcome == SSL_ERROR_SSL || outcome == SSL_ERROR_SYSCALL)
      failure_ = Explain(ssl_.get(), Peer());
    return outcome;
  }

  /// What the failed step left behind; the alert it made is sent if nobody is writing just now.
  Status Failure() {
    if (const std::unique_lock writing(write_mutex_, std::try_to_lock); writing.owns_lock()) {
      alert_sent_ = SendPending(std::chrono::steady_clock::now()).ok() && !pending_.empty();
    }
    const std::lock_guard lock(ssl_mutex_);
    return failure_;
  }

  /// A socket closed over unread bytes is reset, which would take our alert from the peer: let the
  /// peer end first.
  void AwaitPeerEnd() {
    const Deadline deadline = In(kAlertGrace);
    std::array<char, kReadSize> dropped;
    while (std::chrono::steady_clock::now() < deadline) {
      if (inner_->Read(dropped, deadline).value_or(0) == 0) return;
    }
  }

  /// Moves encrypted bytes from the inner stream to OpenSSL.
  Status Feed(Deadline deadline) {
    std::array<char, kReadSize> buffer;
    HAWSER_ASSIGN_OR_RETURN(const size_t count, inner_->Read(buffer, deadline));
    if (count == 0)
      return UnavailableError(Peer() + " ended the connection without a TLS farewell");
    const std::lock_guard lock(ssl_mutex_);
    BIO_write(SSL_get_rbio(ssl_.get()), buffer.data(), static_cast<int>(count));
    return OkStatus();
  }

  Status Encrypt(std::string_view piece) {
    if (closed_) return CancelledError("the connection to " + Peer() + " was closed here");
    const std::lock_guard lock(ssl_mutex_);
    ERR_clear_error();
    size_t written = 0;
    if (SSL_write_ex(ssl_.get(), piece.data(), piece.size(), &written) != 1) {
      return Explain(ssl_.get(), Peer());
    }
    return OkStatus();
  }

  /// Sends what OpenSSL has ready. The caller holds `write_mutex_`.
  Status SendPending(Deadline deadline) {
    {
      const std::lock_guard lock(ssl_mutex_);
      BIO* ready = SSL_get_wbio(ssl_.get());
      pending_.resize(BIO_ctrl_pending(ready));
      if (!pending_.empty()) BIO_read(ready, pending_.data(), static_cast<int>(pending_.size()));
    }
    return pending_.empty() ? OkStatus() : inner_->Write(pending_, deadline);
  }

  const std::unique_ptr<ByteStream> inner_;
  std::mutex write_mutex_;   ///< taken before ssl_mutex_
  std::string pending_;      ///< guarded by write_mutex_
  bool alert_sent_ = false;  ///< guarded by write_mutex_
  std::mutex ssl_mutex_;
  const SslPtr ssl_;  ///< guarded by ssl_mutex_
  Status failure_;    ///< guarded by ssl_mutex_
  std::atomic<bool> closed_ = false;
};

Result<SslPtr> MakeSsl(const TlsContext& context) {
  SslPtr ssl(SSL_new(context.get()));
  BIO* incoming = BIO_new(BIO_s_mem());
  BIO* outgoing = BIO_new(BIO_s_mem());
  if (ssl == nullptr || incoming == nullptr || outgoing == nullptr) {
    BIO_free(incoming);
    BIO_free(outgoing);
    return InternalError("cannot start TLS: " + TakeOpensslError());
  }
  // An empty buffer means "come back later", not the end of the stream.
  BIO_set_mem_eof_return(incoming, -1);
  SSL_set_bio(ssl.get(), incoming, outgoing);
  return ssl;
}

/// Asks for the certificate of `name` (SNI) and accepts no other.
bool ExpectName(SSL* ssl, const std::string& name) {
  return !name.empty() &&
         SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                  const_cast<char*>(name.c_str())) == 1 &&
         SSL_set1_host(ssl, name.c_str()) == 1;
}

Result<std::unique_ptr<ByteStream>> Shake(std::unique_ptr<ByteStream> inner, SslPtr ssl,
                                          Deadline deadline, const std::stop_token& stop) {
  auto stream = std::make_unique<TlsStream>(std::move(inner), std::move(ssl));
  const std::stop_callback cancel(stop, [&tls = *stream] { tls.Close(); });
  HAWSER_RETURN_IF_ERROR(stream->Handshake(deadline));
  return stream;
}

}  // namespace

Result<std::unique_ptr<ByteStream>> TlsConnect(std::unique_ptr<ByteStream> inner,
                                               const std::shared_ptr<TlsContext>& context,
                                               const std::string& server_name, Deadline deadline,
                                               const std::stop_token& stop) {
  HAWSER_ASSIGN_OR_RETURN(SslPtr ssl, MakeSsl(*context));
  SSL_set_connect_state(ssl.get());
  if (!ExpectName(ssl.get(), server_name)) {
    return InvalidArgumentError("\"" + server_name + "\" is not a server name");
  }
  return Shake(std::move(inner), std::move(ssl), deadline, stop);
}

Result<std::unique_ptr<ByteStream>> TlsAccept(std::unique_ptr<ByteStream> inner,
                                              const std::shared_ptr<TlsContext>& context,
                                              Deadline deadline) {
  HAWSER_ASSIGN_OR_RETURN(SslPtr ssl, MakeSsl(*context));
  SSL_set_accept_state(ssl.get());
  return Shake(std::move(inner), std::move(ssl), deadline, {});
}

}  // namespace hawser::net
