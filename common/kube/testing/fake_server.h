#pragma once
// An HTTPS server on the loopback that answers from a FakeApi, with a certificate made by the
// openssl program: what the real client is tested against.
#include <memory>
#include <string>

#include "common/kube/http_api.h"
#include "common/kube/testing/fake_api.h"

namespace kube {

// How the server's certificate comes about.
struct CertificateWish {
  std::string subject_alt_name = "IP:127.0.0.1";  // as openssl writes it
  bool of_known_authority = true;                 // else of one that the client does not know
};

// Writes ca.crt, server.crt and server.key into `folder`, the same ones for the same wish as long
// as the process lives: openssl is slow. False when it fails.
bool MakeCertificates(const std::string& folder, const CertificateWish& wish);

class FakeServer {
 public:
  // Serves `api` with the certificate in `folder`; demands `token`. Outlived by `api`.
  FakeServer(FakeApi& api, const std::string& folder, std::string token);
  ~FakeServer();
  FakeServer(const FakeServer&) = delete;
  FakeServer& operator=(const FakeServer&) = delete;

  int Port() const;
  // The token demanded from now on.
  void SetToken(std::string token);
  // From now on calls are taken and not answered, until Release.
  void Hold();
  void Release();
  // The next answer is this, instead of the API's.
  void SetNextBody(int status, std::string body);
  // How many connections were accepted and requests answered.
  int Connections() const;
  // Headers of the last request: "Host", "Accept", "Content-Type".
  std::string LastHeader(const std::string& name) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace kube
