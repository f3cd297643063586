#pragma once
// A store in a fresh folder, a clock that stands, and the actions called as the dispatcher would.
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "cloudapi/actions/action.h"
#include "cloudapi/catalogue/catalogue.h"
#include "cloudapi/store/store.h"
#include "cloudapi/store/testing/plan.h"
#include "cloudapi/testing/fake_env.h"
#include "cloudapi/testing/temp_folder.h"

namespace cloudapi {

class TestCloud {
 public:
  TestCloud() : catalogue(BuiltInCatalogue()), store(Open(folder.path(), env)) {}

  // Validates, then runs the action; RegionId decides the call's region. `account` is the caller's.
  Result<Answer> Call(std::string_view name, const Params& params,
                      const std::string& account = "default") {
    const Action* action = FindAction(name);
    if (action == nullptr) std::abort();
    const auto valid = Validate(action->params, params);
    if (!valid) return Fail(valid.error());
    const cloudapi::Call call{.account = account,
                              .region = params.StringOr("RegionId", ""),
                              .default_region = "cn-hangzhou",
                              .request_id = "473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E"};
    const ActionContext context{.call = call, .catalogue = catalogue, .settings = settings};
    if (action->read != nullptr)
      return store->Read([&](View& view) { return action->read(context, view, params); });
    return store->Write(call.request_id,
                        [&](Tx& tx) { return action->write(context, tx, params); });
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
