#include "cloudapi/server/server.h"

#include <fmt/format.h>
#include <openssl/rand.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <functional>
#include <optional>

#include "cloudapi/actions/admit_instance.h"
#include "cloudapi/admin/admin.h"
#include "cloudapi/agents/endpoint.h"
#include "cloudapi/catalogue/parse.h"
#include "cloudapi/gateway/dispatch.h"
#include "cloudapi/gateway/response.h"
#include "cloudapi/http/http_server.h"
#include "cloudapi/http/request_framing.h"
#include "cloudapi/images/blocks.h"
#include "cloudapi/jobs/jobs.h"
#include "common/base/text.h"

namespace cloudapi {
namespace {

constexpr std::string_view kLabPrefix = "/_zonedisk/";
constexpr std::string_view kAgents = "/_zonedisk/agent/";
constexpr std::string_view kHealth = "/_zonedisk/health";
constexpr std::string_view kReady = "/_zonedisk/ready";
constexpr std::chrono::seconds kAwaitAtMost{10};  // what a call of --delays=none waits for its jobs

Durability DurabilityOf(const std::string& word) {
  if (word == "off") return Durability::kOff;
  return word == "normal" ? Durability::kNormal : Durability::kFull;
}

SignatureMode SignaturesOf(const std::string& word) {
  if (word == "off") return SignatureMode::kOff;
  return word == "strict" ? SignatureMode::kStrict : SignatureMode::kPresent;
}

Result<std::string> NewSecret() {
  std::string bytes(32, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size())) ==
      1)
    return base::ToHex(bytes);
  return Refuse(500, "InternalError", "server.secret", "There are no random bytes for a secret.");
}

}  // namespace

// In the order of construction; each may use those above it.
struct Server::Parts {
  ServerOptions options;
  SystemEnv& env;
  Keys keys;
  std::unique_ptr<Store> store;
  std::unique_ptr<Blocks> blocks;
  std::optional<CatalogueHolder> catalogue;
  Metrics metrics;
  Coverage coverage{AppendRowsTo(options.coverage_log)};
  AccountLimits limits;
  RoleSessions role_sessions;
  std::optional<AgentSessions> sessions;
  std::optional<Jobs> jobs;
  std::optional<AgentEndpoint> agents;
  std::optional<Authenticator> authenticator;
  std::optional<Dispatcher> dispatcher;
  std::optional<Admin> admin;
  std::atomic<bool> ready = false;
  std::unique_ptr<HttpServer> http;

  Result<void> Open();
  Result<void> KeepFirstFacts();
  Result<void> CheckBlocksMode(const std::string& former) const;
  void Assemble();
  Result<void> Listen();
  std::function<void(const std::vector<Job>&)> AwaitJobs();
  ServerInfo Info() const;
  HttpResponse Handle(const HttpRequest& request);
};

Result<void> Server::Parts::Open() {
  auto offered = options.catalogue_file.empty() ? Result<topology::Catalogue>(BuiltInCatalogue())
                                                : LoadCatalogue(options.catalogue_file);
  if (!offered) return Fail(offered.error());
  catalogue.emplace(std::move(*offered));
  if (options.signatures != "strict") keys.AddBuiltIn();
  if (!options.keys_file.empty()) {
    std::string warning;
    const auto loaded = keys.Load(options.keys_file, &warning);
    if (!loaded) return Fail(loaded.error());
    if (!warning.empty()) spdlog::warn("{}", warning);
  }
  auto opened = Store::Open(
      {.data_dir = options.data_dir, .durability = DurabilityOf(options.durability)}, env);
  if (!opened) return Fail(opened.error());
  store = std::move(*opened);
  if (const auto meta = store->Meta(kClockMeta))
    if (const auto clock = ParseClock(*meta)) env.Set(*clock);
  if (const auto meta = store->Meta(kStockMeta)) RestoreStock(*catalogue, *meta);
  if (const auto meta = store->Meta(kQuotasMeta)) limits.quotas.Restore(*meta);
  if (const auto meta = store->Meta(kThrottlesMeta)) limits.throttles.Restore(*meta);
  if (const auto meta = store->Meta(kFaultsMeta)) limits.faults.Restore(*meta);
  if (auto kept = KeepFirstFacts(); !kept) return kept;
  if (auto added = AddMissingSystemDisks(*store, *catalogue->Get()); !added) return added;
  std::string notice;
  auto folder = OpenBlocks({.data_dir = options.data_dir,
                            .none = options.blocks == "none",
                            .pool = PoolModeOf(options.pool),
                            .proof = NewRequestId(env)},
                           &notice);
  if (!folder) return Fail(folder.error());
  blocks = std::move(*folder);
  if (!notice.empty()) spdlog::info("{}", notice);
  return {};
}

// Disks that have bytes and disks that have none cannot share a database: those of the other mode
// would lose theirs, or never had any.
Result<void> Server::Parts::CheckBlocksMode(const std::string& former) const {
  if (former == options.blocks) return {};
  return Fail(ApiError{.code = "InternalError",
                       .message = fmt::format("{} was used with --blocks {}; it cannot be used "
                                              "with --blocks {}",
                                              options.data_dir.string(), former, options.blocks),
                       .rule = "server.blocks-mode"});
}

// What a database has from its first start on, in one transaction: the mode of its disks, and the
// secret of roles' credentials, which so outlive a restart.
Result<void> Server::Parts::KeepFirstFacts() {
  constexpr std::string_view kBlocksMeta = "blocks";
  constexpr std::string_view kSecretMeta = "role-sessions";
  const auto former = store->Meta(kBlocksMeta);
  if (former) {
    if (auto same = CheckBlocksMode(*former); !same) return same;
  }
  const auto known = store->Meta(kSecretMeta);
  const auto secret = known ? Result<std::string>(*known) : NewSecret();
  if (!secret) return Fail(secret.error());
  role_sessions = RoleSessions(*secret);
  if (former && known) return {};
  return store->Write("", [&](Tx& tx) -> Result<void> {
    tx.SetMeta(kBlocksMeta, options.blocks);
    tx.SetMeta(kSecretMeta, *secret);
    return {};
  });
}

// The port must be known before the answers that name it are made, so this follows Listen; until
// `ready` the handler answers 503.
void Server::Parts::Assemble() {
  const Delays delays = ParseDelays(options.delays).value_or(Delays{});
  const bool never_attached = options.snapshot_never_attached == "allow";
  const auto account_of = [this](std::string_view id) { return keys.AccountOf(id); };
  sessions.emplace(env);
  jobs.emplace(JobsDeps{.env = env,
                        .clock = env,
                        .store = *store,
                        .blocks = *blocks,
                        .agents = *sessions,
                        .catalogue = *catalogue,
                        .delays = delays,
                        .snapshot_never_attached = never_attached});
  agents.emplace(AgentEndpointParts{.env = env,
                                    .store = *store,
                                    .blocks = *blocks,
                                    .catalogue = *catalogue,
                                    .sessions = *sessions,
                                    .account_of = account_of});
  authenticator.emplace(keys, SignaturesOf(options.signatures), env, role_sessions);
  dispatcher.emplace(
      DispatchParts{.env = env,
                    .store = *store,
                    .catalogue = *catalogue,
                    .authenticator = *authenticator,
                    .limits = limits,
                    .metrics = metrics,
                    .coverage = coverage,
                    .settings = {.snapshot_never_attached = never_attached,
                                 .policies_per_disk = options.snapshot_policies_per_disk,
                                 .delays = delays,
                                 .disk_activity = &sessions->Activity(),
                                 .endpoint_host = fmt::format("{}:{}", options.host, http->Port()),
                                 .role_sessions = role_sessions,
                                 .accounts = keys.Accounts()},
                    .default_region = options.region,
                    .await_jobs = AwaitJobs()});
  admin.emplace(AdminDeps{.info = Info(),
                          .env = env,
                          .clock = env,
                          .store = *store,
                          .blocks = *blocks,
                          .catalogue = *catalogue,
                          .jobs = *jobs,
                          .sessions = *sessions,
                          .keys = keys,
                          .limits = limits,
                          .metrics = metrics,
                          .coverage = coverage,
                          .http = *http});
  jobs->Start();
  ready = true;
}

std::function<void(const std::vector<Job>&)> Server::Parts::AwaitJobs() {
  if (options.delays != "none") return nullptr;
  return [this](const std::vector<Job>& started) { jobs->AwaitEnd(started, kAwaitAtMost); };
}

Result<void> Server::Parts::Listen() {
  auto started = HttpServer::Start(
      {.host = options.host,
       .port = options.port,
       .on_loop = [](std::string_view, std::string_view target) { return target == kHealth; },
       .refusal =
           [this](const HttpRequest& request, int status, std::string_view message) {
             if (ready) return dispatcher->Refusal(request, status, message);
             return HttpResponse{.status = status};
           }},
      [this](const HttpRequest& request) { return Handle(request); }, env);
  if (!started) return Fail(started.error());
  http = std::move(*started);
  return {};
}

ServerInfo Server::Parts::Info() const {
  return {.version = ZONEDISK_VERSION,
          .region = options.region,
          .listen = fmt::format("{}:{}", options.host, http->Port()),
          .data_dir = options.data_dir.string(),
          .blocks_dir = blocks->Folder().string(),
          .blocks = options.blocks,
          .pool = std::string(blocks->Method()),
          .delays = options.delays,
          .durability = options.durability,
          .signatures = options.signatures,
          .max_connections = static_cast<std::int64_t>(HttpServerOptions{}.max_connections),
          .max_body_bytes = static_cast<std::int64_t>(kBodyLimit)};
}

HttpResponse Server::Parts::Handle(const HttpRequest& request) {
  if (!ready) return {.status = 503, .body = R"({"error":"The cloud is starting."})"};
  if (request.path == "/") return dispatcher->Handle(request);
  if (!request.path.starts_with(kLabPrefix))
    return dispatcher->Refusal(request, 404, "The only path of the API is /.");
  const bool open = request.path == kHealth || request.path == kReady;
  if (!open && !options.lab_token.empty() &&
      !SameSecret(request.Header("x-zonedisk-lab-token"), options.lab_token))
    return {.status = 403,
            .body = R"({"error":"The header X-Zonedisk-Lab-Token is wrong or missing."})"};
  return request.path.starts_with(kAgents) ? agents->Handle(request) : admin->Handle(request);
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Server::~Server() {
  Stop();
}

Result<std::unique_ptr<Server>> Server::Start(const ServerOptions& options, SystemEnv& env) {
  std::unique_ptr<Parts> parts(new Parts{.options = options, .env = env});
  if (const auto opened = parts->Open(); !opened) return Fail(opened.error());
  if (const auto listening = parts->Listen(); !listening) return Fail(listening.error());
  parts->Assemble();
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

std::string Server::Address() const {
  return fmt::format("{}:{}", parts_->options.host, parts_->http->Port());
}

void Server::Stop() {
  if (!parts_->http) return;
  parts_->store->StopWaiting();
  parts_->sessions->Stop();
  parts_->http->Stop();
  parts_->jobs->Stop();
}

}  // namespace cloudapi
