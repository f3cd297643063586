#include "e2e/kubernetes/harness/watch.h"

#include <sstream>

#include "e2e/kubernetes/harness/settings.h"

namespace e2e {

FieldWatch::FieldWatch(const std::string& ns, const std::string& kind, const std::string& field) {
  const auto& settings = TheSettings();
  kubectl_ = std::make_unique<Process>(
      std::vector<std::string>{settings.kubectl.string(), "--kubeconfig",
                               settings.Kubeconfig().string(), "get", kind, "--namespace", ns,
                               "--watch", "--output", "jsonpath=" + field + "{\"\\n\"}"},
      folder_.Path() / "watch");
}

std::vector<std::string> FieldWatch::Seen() const {
  std::vector<std::string> states;
  std::istringstream lines(kubectl_->Output());
  for (std::string line; std::getline(lines, line);) {
    if (states.empty() || states.back() != line) states.push_back(line);
  }
  return states;
}

}  // namespace e2e
