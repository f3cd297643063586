#pragma once
// A store in a fresh folder, a clock that stands, and the actions called as the dispatcher would.
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "cloudapi/actions/testing/run_action.h"
#include "cloudapi/catalogue/catalogue.h"
#include "cloudapi/store/store.h"
#include "cloudapi/store/testing/plan.h"
#include "cloudapi/testing/fake_env.h"
#include "cloudapi/testing/temp_folder.h"

namespace cloudapi {

// RegionId decides the call's region.
inline Result<Answer> CallAction(Store& store, const topology::Catalogue& catalogue,
                                 const ActionSettings& settings, std::string_view name,
                                 const Params& params, const std::string& account) {
  return RunAction(store, catalogue, settings,
                   {.account = account,
                    .region = params.StringOr("RegionId", ""),
                    .default_region = "cn-hangzhou",
                    .request_id = "473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E"},
                   name, params);
}

class TestCloud {
 public:
  TestCloud() : catalogue(BuiltInCatalogue()), store(Open(folder.path(), env)) {}

  // `account` is the caller's.
  Result<Answer> Call(std::string_view name, const Params& params,
                      const std::string& account = "default") {
    return CallAction(*store, catalogue, settings, name, params, account);
  }

  template <class Object>
  void Put(const Object& object) {
    const auto put = store->Write("", [&object](Tx& tx) -> Result<bool> {
      tx.Put(object);
      return true;
    });
    if (!put) std::abort();
  }

  TempFolder folder;
  FakeEnv env;
  topology::Catalogue catalogue;
  ActionSettings settings;
  std::unique_ptr<Store> store;

 private:
  static std::unique_ptr<Store> Open(const std::filesystem::path& path, Env& env) {
    auto opened = Store::Open(
        {.data_dir = path, .durability = Durability::kOff, .on_prepare = CheckPlan}, env);
    if (!opened) std::abort();
    return std::move(*opened);
  }
};

}  // namespace cloudapi
