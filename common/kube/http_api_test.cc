#include "common/kube/http_api.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "common/kube/testing/api_contract.h"
#include "common/kube/testing/fake_server.h"

namespace kube {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kToken = "secret-token-1";

// A folder like a pod's service account, a server and a client.
class HttpFixture : public testing::Test {
 protected:
  HttpFixture() {
    std::string pattern = std::filesystem::temp_directory_path() / "zonedisk-kube-XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~HttpFixture() override {
    api_.reset();
    server_.reset();
    std::filesystem::remove_all(folder_);
  }

  void Serve(const CertificateWish& wish = {}) {
    ASSERT_TRUE(MakeCertificates(folder_, wish)) << "see " << folder_ << "/openssl.log";
    server_ = std::make_unique<FakeServer>(objects_, folder_, kToken);
    WriteToken(kToken);
  }
  void WriteToken(const std::string& token) { std::ofstream(folder_ + "/token") << token << "\n"; }

  std::string Url(const std::string& host = "127.0.0.1") const {
    return "https://" + host + ":" + std::to_string(server_->Port());
  }

  std::unique_ptr<Api> ClientTo(const std::string& url) const {
    auto made =
        MakeHttpApi({.url = url, .ca_file = folder_ + "/ca.crt", .token_file = folder_ + "/token"});
    EXPECT_TRUE(made);
    return made ? std::move(*made) : nullptr;
  }

  Api& api() {
    if (!server_) Serve();
    if (!api_) api_ = ClientTo(Url());
    return *api_;
  }

  Result<Json> GetNode(Patience patience = kPatience) {
    return api().Get({.kind = kNodes, .name = "b-1"}, patience);
  }

  std::string folder_;
  FakeApi objects_;
  std::unique_ptr<FakeServer> server_;
  std::unique_ptr<Api> api_;
};

using Fixtures = testing::Types<HttpFixture>;
INSTANTIATE_TYPED_TEST_SUITE_P(Http, ApiContract, Fixtures);

class HttpApiTest : public HttpFixture {
 protected:
  HttpApiTest() { objects_.Put(kNodes, MakeObject("Node", "b-1")); }
};

TEST_F(HttpApiTest, GivenCertificateForTheAddressWhenCalledThenTrusted) {
  Serve({.subject_alt_name = "IP:10.0.0.1,IP:127.0.0.1"});
  const auto got = GetNode();
  EXPECT_TRUE(got) << got.error().message;
}

TEST_F(HttpApiTest, GivenCertificateForTheNameWhenCalledThenTrusted) {
  Serve({.subject_alt_name = "DNS:localhost"});
  api_ = ClientTo(Url("localhost"));
  const auto got = GetNode();
  EXPECT_TRUE(got) << got.error().message;
}

struct Untrusted {
  std::string name;
  CertificateWish certificate;
  std::string host = "127.0.0.1";
};

class UntrustedTest : public HttpFixture, public testing::WithParamInterface<Untrusted> {};

TEST_P(UntrustedTest, GivenOtherCertificateWhenCalledThenRefusedBeforeTheTokenIsSent) {
  Serve(GetParam().certificate);
  api_ = ClientTo(Url(GetParam().host));
  const auto got = GetNode();
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().http_status, 0);
  EXPECT_THAT(got.error().message, HasSubstr("its certificate is not of an authority"));
  EXPECT_EQ(server_->Connections(), 0) << "a request came through";
}

INSTANTIATE_TEST_SUITE_P(
    Http, UntrustedTest,
    testing::Values(Untrusted{"OtherAddress", {.subject_alt_name = "IP:127.0.0.2"}},
                    Untrusted{"NameInsteadOfAddress", {.subject_alt_name = "DNS:127.0.0.1"}},
                    Untrusted{"LongerAddress", {.subject_alt_name = "IP:7f00:1:0:0:0:0:0:0"}},
                    Untrusted{"OtherName", {.subject_alt_name = "DNS:kubernetes"}, "localhost"},
                    Untrusted{"OtherAuthority", {.of_known_authority = false}}),
    [](const auto& param) { return param.param.name; });

TEST_F(HttpApiTest, GivenRotatedTokenWhenCalledThenTheNewOneIsSent) {
  ASSERT_TRUE(GetNode());
  server_->SetToken("secret-token-2");
  const auto refused = GetNode();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "Unauthorized");
  EXPECT_THAT(refused.error().message, Not(HasSubstr("secret")));
  WriteToken("secret-token-2");
  EXPECT_TRUE(GetNode());
}

TEST_F(HttpApiTest, GivenNoTokenFileWhenCalledThenSaysSo) {
  Serve();
  std::filesystem::remove(folder_ + "/token");
  const auto got = GetNode();
  ASSERT_FALSE(got);
  EXPECT_THAT(got.error().message, HasSubstr("holds no token"));
}

TEST_F(HttpApiTest, GivenSeveralCallsWhenMadeThenOneConnectionIsKept) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(GetNode());
  EXPECT_EQ(server_->Connections(), 1);
}

TEST_F(HttpApiTest, GivenConnectionClosedByServerWhenCalledThenConnectsAnew) {
  ASSERT_TRUE(GetNode());
  const auto port = server_->Port();
  server_.reset();
  const auto down = GetNode(seconds(2));
  ASSERT_FALSE(down);
  EXPECT_THAT(down.error().message, HasSubstr("no answer"));
  server_ = std::make_unique<FakeServer>(objects_, folder_, kToken);
  api_ = ClientTo(Url());
  EXPECT_TRUE(GetNode());
  EXPECT_NE(port, 0);
}

TEST_F(HttpApiTest, GivenServerThatDoesNotAnswerWhenCalledThenEndsByItself) {
  ASSERT_TRUE(GetNode());
  server_->Hold();
  const auto got = GetNode(milliseconds(200));
  server_->Release();
  ASSERT_FALSE(got);
  EXPECT_THAT(got.error().message, HasSubstr("no answer"));
}

TEST_F(HttpApiTest, GivenNonsenseWhenAnsweredThenAnErrorOfThatStatus) {
  ASSERT_TRUE(GetNode());
  server_->SetNextBody(200, "<html>");
  auto got = GetNode();
  ASSERT_FALSE(got);
  EXPECT_THAT(got.error().message, HasSubstr("no JSON object"));
  server_->SetNextBody(502, "<html>");
  got = GetNode();
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().http_status, 502);
}

TEST_F(HttpApiTest, GivenBadUrlsWhenMadeThenRefused) {
  for (const auto* url : {"", "http://10.0.0.1:443", "https://", "https://a:0", "https://a:x",
                          "https://a:70000", "https://[::1", "https://a/b", "https://u@a"}) {
    EXPECT_FALSE(MakeHttpApi({.url = url})) << url;
  }
  for (const auto* url : {"https://10.0.0.1", "https://[fd00::1]:6443", "https://a.example/"}) {
    EXPECT_TRUE(MakeHttpApi({.url = url})) << url;
  }
}

TEST_F(HttpApiTest, GivenEnvironmentOfAPodWhenLookedAtThenItsServer) {
  unsetenv("KUBERNETES_SERVICE_HOST");
  EXPECT_FALSE(InCluster(folder_));
  setenv("KUBERNETES_SERVICE_HOST", "10.96.0.1", 1);
  setenv("KUBERNETES_SERVICE_PORT", "443", 1);
  EXPECT_FALSE(InCluster(folder_)) << "without a token";
  WriteToken("t");
  auto server = InCluster(folder_);
  ASSERT_TRUE(server);
  EXPECT_EQ(server->url, "https://10.96.0.1:443");
  EXPECT_EQ(server->token_file, folder_ + "/token");
  EXPECT_EQ(server->name_space, "");
  std::ofstream(folder_ + "/namespace") << "storage";
  EXPECT_EQ(InCluster(folder_)->name_space, "storage");
  setenv("KUBERNETES_SERVICE_HOST", "fd00::1", 1);
  EXPECT_EQ(InCluster(folder_)->url, "https://[fd00::1]:443");
  unsetenv("KUBERNETES_SERVICE_HOST");
}

}  // namespace
}  // namespace kube
