// zonedisk: the command line of the cloud.
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <fstream>
#include <functional>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "common/base/command_line.h"
#include "common/base/time.h"
#include "tools/cli/arguments.h"
#include "tools/cli/commands.h"

namespace zonedisk {
namespace {

struct Options {
  std::string endpoint = "http://127.0.0.1:20140";
  std::string access_key_id = "testid";
  std::string access_key_secret = "testsecret";
  std::string region = "cn-hangzhou";
  std::string lab_token_file;
  std::string output = "table";
  // Words of the commands.
  std::vector<std::string> assignments;
  std::string action;
  NewThrottle throttle;
  NewFault fault;
  std::string fault_id;
  NewInstance instance{.type = "ecs.g7.xlarge"};
  std::string instance_id;
  std::int64_t seconds = 0;
  bool force = false;
};

Format FormatOf(const Options& options) {
  return options.output == "json" ? Format::kJson : Format::kTable;
}

using Command = std::function<Result<Output>(CloudClient& cloud)>;

Stamp NewStamp() {
  static std::random_device device;
  std::string nonce;
  for (int i = 0; i < 4; ++i) nonce += std::to_string(device()) + '-';
  nonce.pop_back();
  return {std::move(nonce), base::FormatTime(std::chrono::system_clock::now())};
}

void AddConnection(CLI::App& app, Options& options) {
  app.add_option("--endpoint", options.endpoint, "Address of zonedisk-cloud")
      ->envname("ZONEDISK_ENDPOINT");
  app.add_option("--access-key-id", options.access_key_id, "Key that signs, so which account")
      ->envname("ALIBABA_CLOUD_ACCESS_KEY_ID");
  app.add_option("--access-key-secret", options.access_key_secret, "Its secret")
      ->envname("ALIBABA_CLOUD_ACCESS_KEY_SECRET");
  app.add_option("--region", options.region, "RegionId where none is given");
  app.add_option("--lab-token", options.lab_token_file,
                 "File with the token of the lab API (all but the lists and api)");
  app.add_option("-o,--output", options.output, "table or json")
      ->check(CLI::IsMember({"table", "json"}));
}

CLI::App* AddListing(CLI::App& app, const Listing& listing, Options& options, Command& command) {
  CLI::App* list = app.add_subcommand(std::string(listing.command),
                                      "List them: all pages of " + std::string(listing.action));
  list->add_option("filters", options.assignments,
                   "Name=Value: any filter of " + std::string(listing.action));
  list->callback([&] {
    if (command) return;
    command = [&](CloudClient& cloud) {
      return List(cloud, listing, options.assignments, FormatOf(options));
    };
  });
  return list;
}

void AddInstanceCommands(CLI::App& instances, Options& options, Command& command) {
  CLI::App* add = instances.add_subcommand(
      "add", "Add an instance without an agent: attaching to it works, no device appears");
  add->add_option("--zone", options.instance.zone, "Zone, e.g. cn-hangzhou-b")->required();
  add->add_option("--type", options.instance.type, "Instance type");
  add->add_option("--id", options.instance.id, "Its id, i-…; the cloud chooses if not given");
  add->add_option("--name", options.instance.name, "Its name");
  add->callback([&] {
    command = [&](CloudClient& cloud) {
      return AddInstance(cloud, options.instance, FormatOf(options));
    };
  });
  CLI::App* remove = instances.add_subcommand("rm", "Remove an instance");
  remove->add_option("id", options.instance_id, "Its id")->required();
  remove->callback([&] {
    command = [&](CloudClient& cloud) { return RemoveInstance(cloud, options.instance_id); };
  });
  instances.require_subcommand(0, 1);
}

void AddApi(CLI::App& app, Options& options, Command& command) {
  CLI::App* api = app.add_subcommand("api", "Call any action, signed; prints the answer as JSON");
  api->add_option("action", options.action, "E.g. DescribeDisks")->required();
  api->add_option("parameters", options.assignments, "Name=Value");
  api->callback([&] {
    command = [&](CloudClient& cloud) {
      return CallAction(cloud, options.action, options.assignments);
    };
  });
}

void AddClock(CLI::App& app, Options& options, Command& command) {
  CLI::App* clock = app.add_subcommand("clock", "Show or set the cloud's clock");
  clock->require_subcommand(0, 1);
  const auto set = [&](std::function<std::optional<Json>()> change) {
    return [&, change = std::move(change)] {
      if (command) return;
      command = [&, change](CloudClient& cloud) {
        return Clock(cloud, change(), FormatOf(options));
      };
    };
  };
  const auto seconds = [&](CLI::App* sub) {
    sub->add_option("seconds", options.seconds, "Seconds")->required();
    return sub;
  };
  clock->callback(set([] { return std::nullopt; }));
  clock->add_subcommand("show", "Show it (default)")->callback(set([] { return std::nullopt; }));
  clock->add_subcommand("freeze", "Let it stand still")->callback(set([] {
    return Json{{"mode", "frozen"}};
  }));
  clock->add_subcommand("real", "Let it follow the machine's clock")->callback(set([] {
    return Json{{"mode", "real"}};
  }));
  seconds(clock->add_subcommand("offset", "Run that far ahead of the machine's clock"))
      ->callback(set([&] {
        return Json{{"offset_seconds", options.seconds}};
      }));
  seconds(clock->add_subcommand("advance", "Move it on and run what comes due"))->callback(set([&] {
    return Json{{"advance_seconds", options.seconds}};
  }));
}

void AddQuotas(CLI::App& app, Options& options, Command& command) {
  CLI::App* quotas =
      app.add_subcommand("quotas", "Show or set how much the key's account may have");
  quotas->add_option("changes", options.assignments, "Name=N, Name=off or Name=default");
  quotas->callback([&] {
    command = [&](CloudClient& cloud) {
      return QuotasOf(cloud, options.assignments, FormatOf(options));
    };
  });
}

void AddThrottles(CLI::App& app, Options& options, Command& command) {
  CLI::App* throttles = app.add_subcommand("throttles", "Show or set how often accounts may call");
  throttles->require_subcommand(0, 1);
  throttles->callback([&] {
    if (command) return;
    command = [&](CloudClient& cloud) { return ShowThrottles(cloud, FormatOf(options)); };
  });
  const auto add = [&](const std::string& name, const std::string& about, bool off) {
    CLI::App* sub = throttles->add_subcommand(name, about);
    sub->add_option("--action", options.throttle.action, "Of this action only, e.g. DescribeDisks");
    sub->add_flag("--all-accounts", options.throttle.all_accounts,
                  "One for all accounts instead of the key's");
    sub->callback([&options, &command, off] {
      options.throttle.off = off;
      command = [&options](CloudClient& cloud) {
        return SetThrottle(cloud, options.throttle, FormatOf(options));
      };
    });
    return sub;
  };
  CLI::App* set = add("set", "Let so many calls through", false);
  set->add_option("--burst", options.throttle.burst, "Calls at once")->required();
  set->add_option("--per-minute", options.throttle.per_minute, "Calls a minute after that")
      ->required();
  add("off", "Take it away", true);
}

void AddFaults(CLI::App& app, Options& options, Command& command) {
  CLI::App* faults = app.add_subcommand("faults", "Show or set which calls are refused");
  faults->require_subcommand(0, 1);
  faults->callback([&] {
    if (command) return;
    command = [&](CloudClient& cloud) { return ShowFaults(cloud, FormatOf(options)); };
  });
  CLI::App* add = faults->add_subcommand("add", "Refuse calls of an action");
  add->add_option("action", options.fault.action, "E.g. AttachDisk")->required();
  add->add_option("code", options.fault.code, "E.g. DiskInArrears")->required();
  add->add_option("--status", options.fault.status,
                  "HTTP status; needed for a code that the action does not document");
  add->add_option("--message", options.fault.message, "Message of the answer");
  add->add_option("--nth", options.fault.nth, "The first call that it hits, of those that match");
  add->add_option("--times", options.fault.times, "How many calls it hits; 0: all");
  add->add_flag("--all-accounts", options.fault.all_accounts,
                "Calls of all accounts instead of the key's");
  add->callback([&] {
    command = [&](CloudClient& cloud) { return AddFault(cloud, options.fault, FormatOf(options)); };
  });
  CLI::App* remove = faults->add_subcommand("rm", "Take one away, or all");
  remove->add_option("id", options.fault_id, "Its id; all if not given");
  remove->callback([&] {
    command = [&](CloudClient& cloud) {
      return RemoveFaults(cloud, options.fault_id, FormatOf(options));
    };
  });
}

void AddServer(CLI::App& app, Options& options, Command& command) {
  CLI::App* reset = app.add_subcommand("reset", "Delete everything in the cloud");
  reset->add_flag("--force", options.force, "Fence nodes that do not give their disks back");
  reset->callback(
      [&] { command = [&](CloudClient& cloud) { return Reset(cloud, options.force); }; });
  app.add_subcommand("info", "How the cloud was started")->callback([&] {
    command = [&](CloudClient& cloud) { return ServerFacts(cloud, FormatOf(options)); };
  });
}

Result<std::string> ReadToken(const std::string& path) {
  if (path.empty()) return std::string();
  std::ifstream file(path);
  std::string token;
  if (std::getline(file, token) && !token.empty()) return token;
  return Fail(ExitCode::kUsage, "cannot read a lab token from " + path);
}

Result<Output> Execute(const Options& options, const Command& command) {
  auto endpoint = ParseEndpoint(options.endpoint);
  if (!endpoint) return Fail(endpoint.error());
  auto token = ReadToken(options.lab_token_file);
  if (!token) return Fail(token.error());
  CloudClient cloud({.endpoint = std::move(*endpoint),
                     .credentials = {options.access_key_id, options.access_key_secret},
                     .region = options.region,
                     .lab_token = std::move(*token)},
                    NewStamp);
  return command(cloud);
}

int Report(const Result<Output>& output) {
  if (!output) {
    std::cerr << "zonedisk: " << output.error().message << '\n';
    return static_cast<int>(output.error().code);
  }
  std::cout << output->text << std::flush;
  if (!output->note.empty()) std::cerr << "zonedisk: " << output->note << '\n';
  if (std::cout) return static_cast<int>(output->code);
  std::cerr << "zonedisk: cannot write to standard output\n";
  return static_cast<int>(ExitCode::kRefused);
}

int Main(int argc, char** argv) {
  CLI::App app("Talks to zonedisk-cloud. Exit codes: 0 done, 1 refused, 2 usage, 3 unreachable.",
               "zonedisk");
  base::SetUpCommandLine(app, ZONEDISK_VERSION);
  app.require_subcommand(1);
  app.fallthrough();
  Options options;
  Command command;
  AddConnection(app, options);
  for (const Listing& listing : Listings()) {
    CLI::App* list = AddListing(app, listing, options, command);
    if (listing.command == "instances") AddInstanceCommands(*list, options, command);
  }
  AddApi(app, options, command);
  AddClock(app, options, command);
  AddQuotas(app, options, command);
  AddThrottles(app, options, command);
  AddFaults(app, options, command);
  AddServer(app, options, command);
  if (const auto status = base::ParseCommandLine(app, argc, argv)) return *status;
  return Report(Execute(options, command));
}

}  // namespace
}  // namespace zonedisk

int main(int argc, char** argv) {
  return zonedisk::Main(argc, argv);
}
