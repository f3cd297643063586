#pragma once
// The cloud's side of the agent protocol: registration, wanted sets, reports.
#include <functional>
#include <string>
#include <string_view>
#include <thread>

#include "cloudapi/agents/follower.h"
#include "cloudapi/agents/sessions.h"
#include "cloudapi/catalogue/catalogue.h"
#include "cloudapi/http/http.h"
#include "cloudapi/images/blocks.h"
#include "cloudapi/store/store.h"

namespace cloudapi {

struct AgentEndpointParts {
  Env& env;
  Store& store;
  Blocks& blocks;
  CatalogueHolder& catalogue;
  AgentSessions& sessions;
  // The account of an access key, as the gateway would decide.
  std::function<std::string(std::string_view access_key_id)> account_of;
};

// Thread-safe: handlers run on any worker. A thread of its own follows the change stream and ends
// the polls of the instances concerned.
class AgentEndpoint {
 public:
  explicit AgentEndpoint(AgentEndpointParts parts);
  ~AgentEndpoint();
  // Any path under kAgentPrefix; the lab token was checked before. A GET may wait up to
  // kLongestPoll.
  HttpResponse Handle(const HttpRequest& request);

 private:
  HttpResponse Register(const std::string& id, const HttpRequest& request);
  HttpResponse Poll(const InstanceKey& instance, const HttpRequest& request);
  HttpResponse Observe(const InstanceKey& instance, const HttpRequest& request);
  // The answer to a session that is not the instance's (any more).
  HttpResponse NoSession(const InstanceKey& instance);
  Result<WantedSet> Wanted(const InstanceKey& instance, std::int64_t revision);
  Result<Instance> Admit(const InstanceKey& instance, const Registration& registration);
  std::string RefusalOf(const Registration& registration) const;

  AgentEndpointParts parts_;
  std::jthread follower_;
};

}  // namespace cloudapi
