#pragma once
// Refusals of the cloud, to be compared whole: status, headers and body.
#include <map>
#include <string>
#include <vector>

namespace e2e {

// One answer as it came on the socket.
struct HttpAnswer {
  int status = 0;                              // 0: closed without a word
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  bool operator==(const HttpAnswer&) const = default;
};
HttpAnswer ParseAnswer(const std::string& bytes);
// For messages of failed expectations.
std::string ToText(const HttpAnswer& answer);

struct Refusal {
  int status = 400;
  std::string code;
  std::string message;
  bool xml = false;  // else JSON
};
// How the service words it, byte by byte. `host`: the cloud's HOST:PORT.
std::string BodyOf(const Refusal& refusal, const std::string& request_id, const std::string& host);
// The answer that closes the connection after that refusal.
HttpAnswer AnswerOf(const Refusal& refusal, const std::string& request_id, const std::string& host);

// A row of cloudapi/actions/refusals.tsv.
struct ListedRefusal {
  std::string action;
  int status = 0;
  std::string code;
  std::string how;      // empty: its action answers it
  std::string message;  // of those that come by fault rules only
};
std::vector<ListedRefusal> ListedRefusals();

}  // namespace e2e
