// Makes and checks a session's certificates: ECDSA P-256, a fresh authority that signs one server
// and one client.
#include "lib/net/certificate.h"

#include <openssl/asn1.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <array>
#include <ctime>
#include <utility>
#include <vector>

#include "lib/net/openssl.h"

namespace hawser::net {
namespace {

constexpr auto kClockSkew = std::chrono::minutes(5);
constexpr size_t kMaxCommonName = 64;  ///< ub-common-name, RFC 5280 appendix A.1

/// One certificate to be made.
struct Subject {
  std::string common_name;
  std::vector<std::pair<int, std::string>>
      extensions;  ///< NID and value, in OpenSSL's configuration syntax
};

struct Validity {
  WallTime from;
  WallTime until;
};

struct Signed {
  CertificatePtr certificate;
  KeyPtr key;
};

bool SetTime(ASN1_TIME* field, WallTime time) {
  return ASN1_TIME_set(field, std::chrono::system_clock::to_time_t(time)) != nullptr;
}

/// RFC 5280, 4.1.2.2: positive, unique, at most 20 octets.
bool SetRandomSerial(X509* certificate) {
  std::array<unsigned char, 16> bytes;
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) return false;
  bytes[0] = (bytes[0] & 0x7f) | 0x40;
  const std::unique_ptr<BIGNUM, OpensslDeleter<BN_free>> number(
      BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
  return number != nullptr &&
         BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool SetCommonName(X509* certificate, const std::string& name) {
  const std::string bounded = name.substr(0, kMaxCommonName);
  return X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(bounded.c_str()), -1, -1,
                                    0) == 1;
}

/// RFC 5480, 2: the curve, and the point uncompressed. X509_set_pubkey does the same through a
/// chain of encoders that it looks for each time, which takes longer than all the rest of a
/// certificate.
bool SetPublicKey(X509* certificate, EVP_PKEY* key) {
  unsigned char* point = nullptr;
  const size_t size = EVP_PKEY_get1_encoded_public_key(key, &point);
  if (size == 0) return false;
  const bool set =
      X509_PUBKEY_set0_param(X509_get_X509_PUBKEY(certificate),
                             OBJ_nid2obj(NID_X9_62_id_ecPublicKey), V_ASN1_OBJECT,
                             OBJ_nid2obj(NID_X9_62_prime256v1), point, static_cast<int>(size)) == 1;
  if (!set) OPENSSL_free(point);
  return set;
}

bool AddExtensions(X509* certificate, X509* issuer, const Subject& subject) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  for (const auto& [nid, value] : subject.extensions) {
    const std::unique_ptr<X509_EXTENSION, OpensslDeleter<X509_EXTENSION_free>> extension(
        X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
    if (extension == nullptr || X509_add_ext(certificate, extension.get(), -1) != 1) return false;
  }
  return true;
}

/// A fresh key and its certificate, signed by `issuer`, or by itself when there is none.
Result<Signed> Sign(const Subject& subject, const Validity& validity, const Signed* issuer) {
  Signed made{.certificate = CertificatePtr(X509_new()), .key = KeyPtr(EVP_EC_gen("P-256"))};
  X509* certificate = made.certificate.get();
  const Signed& signer = issuer == nullptr ? made : *issuer;
  const bool ok =
      certificate != nullptr && made.key != nullptr &&
      X509_set_version(certificate, X509_VERSION_3) == 1 && SetRandomSerial(certificate) &&
      SetTime(X509_getm_notBefore(certificate), validity.from) &&
      SetTime(X509_getm_notAfter(certificate), validity.until) &&
      SetCommonName(certificate, subject.common_name) &&
      X509_set_issuer_name(certificate, X509_get_subject_name(signer.certificate.get())) == 1 &&
      SetPublicKey(certificate, made.key.get()) &&
      AddExtensions(certificate, signer.certificate.get(), subject) &&
      X509_sign(certificate, signer.key.get(), EVP_sha256()) > 0;
  if (!ok) return InternalError("cannot make a certificate: " + TakeOpensslError());
  return made;
}

std::string Text(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<size_t>(size)};
}

std::string CertificatePem(const Signed& made) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), made.certificate.get());
  return Text(bio.get());
}

std::string KeyPem(const Signed& made) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(bio.get(), made.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return Text(bio.get());
}

Subject Authority(const std::string& session) {
  return {.common_name = "authority of " + session,
          .extensions = {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                         {NID_key_usage, "critical,keyCertSign"},
                         {NID_subject_key_identifier, "hash"}}};
}

Subject Leaf(const std::string& session, const std::string& usage, const std::string& alternative) {
  Subject leaf{.common_name = session,
               .extensions = {{NID_basic_constraints, "critical,CA:FALSE"},
                              {NID_key_usage, "critical,digitalSignature"},
                              {NID_ext_key_usage, usage},
                              {NID_authority_key_identifier, "keyid"}}};
  if (!alternative.empty()) leaf.extensions.emplace_back(NID_subject_alt_name, alternative);
  return leaf;
}

/// True when `pem` was signed by `authority` and belongs to the private key `key_pem`.
bool Matches(X509* authority, const std::string& pem, const std::string& key_pem) {
  const Result<std::vector<CertificatePtr>> leaf = ParseCertificates(pem, "the certificate");
  const Result<KeyPtr> key = ParsePrivateKey(key_pem, "the key");
  if (!leaf.ok() || !key.ok()) return false;
  X509* certificate = leaf->front().get();
  const bool matches = X509_check_issued(authority, certificate) == X509_V_OK &&
                       X509_verify(certificate, X509_get0_pubkey(authority)) == 1 &&
                       X509_check_private_key(certificate, key->get()) == 1;
  if (!matches) TakeOpensslError();
  return matches;
}

}  // namespace

Result<SessionKeys> MakeSessionKeys(const std::string& session, WallTime now,
                                    std::chrono::hours valid_for) {
  const Validity validity{.from = now - kClockSkew, .until = now + valid_for};
  HAWSER_ASSIGN_OR_RETURN(const Signed authority, Sign(Authority(session), validity, nullptr));
  const std::string name = std::string("DNS:") + kAgentServerName;
  HAWSER_ASSIGN_OR_RETURN(const Signed agent,
                          Sign(Leaf(session, "serverAuth", name), validity, &authority));
  HAWSER_ASSIGN_OR_RETURN(const Signed client,
                          Sign(Leaf(session, "clientAuth", ""), validity, &authority));
  return SessionKeys{.ca = CertificatePem(authority),
                     .agent_cert = CertificatePem(agent),
                     .agent_key = KeyPem(agent),
                     .client_cert = CertificatePem(client),
                     .client_key = KeyPem(client)};
}

Result<WallTime> CertificateExpiry(const std::string& certificate_pem) {
  HAWSER_ASSIGN_OR_RETURN(const std::vector<CertificatePtr> chain,
                          ParseCertificates(certificate_pem, "the certificate"));
  std::tm time{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(chain.front().get()), &time) != 1) {
    return InvalidArgumentError("the certificate's end date cannot be read");
  }
  return std::chrono::system_clock::from_time_t(::timegm(&time));
}

bool SessionKeysMatch(const SessionKeys& keys) {
  const Result<std::vector<CertificatePtr>> authority = ParseCertificates(keys.ca, "the authority");
  if (!authority.ok()) return false;
  X509* issuer = authority->front().get();
  return Matches(issuer, keys.agent_cert, keys.agent_key) &&
         Matches(issuer, keys.client_cert, keys.client_key);
}

}  // namespace hawser::net
