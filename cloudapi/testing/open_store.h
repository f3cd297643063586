#pragma once
// A store for tests; every statement that it prepares must have a plan that stays cheap.
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "cloudapi/store/store.h"
#include "cloudapi/store/testing/plan.h"
#include "cloudapi/testing/fake_env.h"
#include "cloudapi/testing/temp_folder.h"

namespace cloudapi {

// Fails the test by an empty pointer and the reason.
inline std::unique_ptr<Store> OpenStore(const std::filesystem::path& folder, Env& env,
                                        StoreOptions options = {}) {
  options.data_dir = folder;
  options.on_prepare = CheckPlan;
  auto store = Store::Open(options, env);
  if (store) return std::move(*store);
  ADD_FAILURE() << store.error().message;
  return nullptr;
}

}  // namespace cloudapi
