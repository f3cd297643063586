#pragma once
// As much of kustomize as the overlays of deploy/ use: resources, components, and JSON patches.
// What `kubectl apply -k` makes of names, namespaces and labels is left as it was.
#include <string>
#include <vector>

#include "deploy/tests/manifests.h"

namespace deploy {

// The documents of a folder with a kustomization.yaml, e.g. "deploy/overlays/lab", patched. The
// test fails for a patch that finds no target or whose `test` does not hold.
std::vector<Document> Render(const std::string& folder);

// Every folder of deploy/ that is applied as a whole: the base and the overlays.
std::vector<std::string> Applicable();

}  // namespace deploy
