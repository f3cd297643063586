// What the image installs is what the programs need.
#include <gtest/gtest.h>

#include <set>
#include <sstream>
#include <string>

#include "deploy/tests/manifests.h"

namespace deploy {
namespace {

// Of a minimal Debian.
const std::set<std::string> kInEveryDebian = {"libc6", "libgcc-s1", "libstdc++6", "zlib1g"};

TEST(Packages, EveryLibraryOfTheProgramsIsInstalled) {
  std::set<std::string> installed;
  std::istringstream lines(ReadText("deploy/docker/packages"));
  for (std::string line; std::getline(lines, line);) installed.insert(line);
  std::istringstream needed(OutputOf(
      std::string("cd ") + ZONEDISK_BIN +
      " && readelf -d zonedisk zonedisk-cloud zonedisk-agent zonedisk-csi |"
      " sed -n 's/.*(NEEDED).*\\[\\(.*\\)\\]/\\1/p' | sort -u |"
      " xargs -I{} sh -c 'dpkg -S \"*-linux-gnu/{}\" | head -n 1' | cut -d: -f1 | sort -u"));
  int packages = 0;
  for (std::string package; std::getline(needed, package); ++packages) {
    EXPECT_TRUE(installed.contains(package) || kInEveryDebian.contains(package))
        << package << " is missing in deploy/docker/packages";
  }
  EXPECT_GT(packages, 8);
}

}  // namespace
}  // namespace deploy
