// The base against the programs, the images and the script that makes the Secrets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <regex>
#include <sstream>

#include "deploy/tests/manifests.h"

namespace deploy {
namespace {

using ::testing::AnyOf;
using ::testing::Contains;

constexpr const char* kDriver = "diskplugin.csi.alibabacloud.com";
constexpr const char* kController = "Deployment/zonedisk-csi-controller";
constexpr const char* kNode = "DaemonSet/zonedisk-csi-node";
constexpr const char* kAgent = "DaemonSet/zonedisk-agent";
constexpr const char* kCloud = "Deployment/zonedisk-cloud";

const std::vector<Document>& Base() {
  static const auto documents = [] {
    auto all = Load("deploy/base");
    std::ranges::copy(Load("deploy/snapshot-controller"), std::back_inserter(all));
    return all;
  }();
  return documents;
}

// Everything that is applied as it stands; kustomize's own files and patches are not.
std::vector<Document> Applied() {
  std::vector<Document> documents;
  for (const auto& document : Load("deploy")) {
    const bool object = document.node.IsMap() && document.node["apiVersion"];
    if (object && document.Kind() != "Kustomization") documents.push_back(document);
  }
  return documents;
}

Container Driver(const char* workload) {
  return Only(Base(), workload, "driver");
}

std::string Port(const std::string& address) {
  return address.substr(address.rfind(':') + 1);
}

TEST(Agreement, EveryFlagOfOursIsKnownToItsProgram) {
  std::map<std::string, std::set<std::string>> flags;
  int checked = 0;
  for (const auto& container : Containers(Applied())) {
    const auto program = container.Program();
    if (program.empty()) continue;
    if (!flags.contains(program)) flags[program] = FlagsOf(program);
    for (const auto& argument : container.Arguments()) {
      EXPECT_THAT(flags[program], Contains(FlagName(argument))) << container.workload;
      ++checked;
    }
  }
  EXPECT_GT(checked, 30);
}

TEST(Agreement, EveryImageIsOneThatToolsImagesMakes) {
  std::set<std::string> made;
  std::istringstream rows(OutputOf(std::string(ZONEDISK_SOURCE) + "/tools/images --list"));
  for (std::string name, archive; rows >> name >> archive;) made.insert(name);
  std::set<std::string> used;
  for (const auto& container : Containers(Applied())) {
    EXPECT_THAT(made, Contains(container.Image())) << container.workload;
    used.insert(container.Image());
  }
  for (const auto& name : made) {
    if (name.find("/pause:") == std::string::npos) {
      EXPECT_THAT(used, Contains(name));
    }
  }
  EXPECT_THAT(used, Contains("localhost/zonedisk:" ZONEDISK_VERSION));
}

TEST(Agreement, OneNameOfTheDriver) {
  const auto help = OutputOf(std::string(ZONEDISK_BIN) + "/zonedisk-csi --help");
  EXPECT_NE(help.find(std::string("--driver-name TEXT=") + kDriver), std::string::npos);
  EXPECT_EQ(Driver(kController).Flag("--driver-name"), kDriver);
  EXPECT_EQ(Driver(kNode).Flag("--driver-name"), kDriver);
  const auto drivers = OfKind(Base(), "CSIDriver");
  ASSERT_EQ(drivers.size(), 1u);
  EXPECT_EQ(drivers[0].Name(), kDriver);
  for (const auto& document : Applied()) {
    if (document.file.find("second-driver") != std::string::npos) continue;
    const auto& node = document.node;
    const auto kind = document.Kind();
    if (kind == "StorageClass") {
      EXPECT_THAT(node["provisioner"].Scalar(), AnyOf(kDriver, "kubernetes.io/no-provisioner"))
          << document.file;
    }
    if (kind == "VolumeSnapshotClass" || kind == "VolumeGroupSnapshotClass") {
      EXPECT_EQ(node["driver"].Scalar(), kDriver);
    }
    if (kind == "VolumeAttributesClass") {
      EXPECT_EQ(node["driverName"].Scalar(), kDriver);
    }
    if (kind == "PersistentVolume" && node["spec"]["csi"]) {
      EXPECT_EQ(node["spec"]["csi"]["driver"].Scalar(), kDriver) << document.file;
    }
  }
}

TEST(Agreement, SidecarsFindTheDriverAtItsSocket) {
  const auto endpoint = Driver(kController).Flag("--endpoint").value_or("");
  ASSERT_TRUE(endpoint.starts_with("unix://"));
  const auto path = endpoint.substr(7);
  const auto folder = path.substr(0, path.rfind('/'));
  int sidecars = 0;
  for (const auto& container : Containers(Base())) {
    if (container.workload != kController) continue;
    const auto volume = container.VolumeAt(folder);
    ASSERT_TRUE(volume) << container.Name();
    EXPECT_TRUE((*volume)["emptyDir"]) << container.Name();
    if (!container.Program().empty()) continue;
    EXPECT_EQ(container.Flag("--csi-address"), path) << container.Name();
    EXPECT_THAT(container.Arguments(), Contains("--leader-election")) << container.Name();
    ++sidecars;
  }
  EXPECT_EQ(sidecars, 4);
}

TEST(Agreement, KubeletFindsTheNodePluginWhereItRegisters) {
  const auto node = Driver(kNode);
  const std::string folder = "$(KUBELET_DIR)";
  EXPECT_EQ(node.Flag("--kubelet-dir"), folder);
  EXPECT_EQ(node.Flag("--registration-dir"), folder + "/plugins_registry");
  EXPECT_EQ(node.Flag("--endpoint"), "unix://" + folder + "/plugins/" + kDriver + "/csi.sock");
  const auto kubelet = OfKind(Base(), "ConfigMap").at(0).node["data"]["kubelet-dir"].Scalar();
  const auto volume = node.VolumeAt(kubelet);
  ASSERT_TRUE(volume);
  // kubelet is told the path as the container sees it.
  EXPECT_EQ((*volume)["hostPath"]["path"].Scalar(), kubelet);
}

// It would be mounted on the node, too, and twice as often with every start of the container.
TEST(Agreement, NothingIsMountedBelowWhatPropagatesToTheNode) {
  int shared = 0;
  for (const auto& container : Containers(Applied())) {
    for (const auto& outer : container.node["volumeMounts"]) {
      const auto propagation = outer["mountPropagation"];
      if (!propagation || propagation.Scalar() != "Bidirectional") continue;
      ++shared;
      for (const auto& inner : container.node["volumeMounts"]) {
        EXPECT_FALSE(inner["mountPath"].Scalar().starts_with(outer["mountPath"].Scalar() + "/"))
            << container.workload << " " << inner["mountPath"].Scalar();
      }
    }
  }
  EXPECT_GT(shared, 1);
}

TEST(Agreement, AgentAndNodePluginMeet) {
  const auto agent = Only(Base(), kAgent, "agent");
  const auto node = Driver(kNode);
  EXPECT_EQ(agent.Flag("--by-id-dir"), node.Flag("--by-id-dir"));
  const auto listen = agent.Flag("--metadata-listen").value_or("");
  ASSERT_TRUE(listen.ends_with(":80"));
  EXPECT_EQ(node.Flag("--metadata-url"), "http://" + listen.substr(0, listen.size() - 3));
  for (const auto& container : {agent, node}) {
    EXPECT_TRUE(container.pod["hostNetwork"].as<bool>()) << container.workload;
    const auto volume = container.VolumeAt("/dev");
    ASSERT_TRUE(volume) << container.workload;
    EXPECT_EQ((*volume)["hostPath"]["path"].Scalar(), "/dev");
  }
}

TEST(Agreement, OneDataFolder) {
  const auto folder = Only(Base(), kCloud, "cloud").Flag("--data-dir").value_or("");
  EXPECT_EQ(Only(Base(), kCloud, "prepare").Flag("--data-dir"), folder);
  const auto release = Load("deploy");
  EXPECT_EQ(Only(release, "Job/zonedisk-release-pool", "release").Flag("--data-dir"), folder);
  for (const auto& container :
       {Only(Base(), kCloud, "prepare"), Only(Base(), kCloud, "cloud"),
        Only(Base(), kAgent, "agent"), Only(release, "Job/zonedisk-release-pool", "release")}) {
    // The same path everywhere: the cloud tells agents where its images are.
    const auto volume = container.VolumeAt(folder);
    ASSERT_TRUE(volume) << container.workload;
    EXPECT_EQ((*volume)["hostPath"]["path"].Scalar(), folder) << container.workload;
  }
}

TEST(Agreement, TheCloudOwnsWhatWasPreparedForIt) {
  const auto cloud = Only(Base(), kCloud, "cloud");
  const auto context = cloud.node["securityContext"];
  EXPECT_EQ(Only(Base(), kCloud, "prepare").Flag("--owner"),
            context["runAsUser"].Scalar() + ":" + context["runAsGroup"].Scalar());
}

TEST(Agreement, TheServiceLeadsToTheCloud) {
  const auto services = OfKind(Base(), "Service");
  ASSERT_EQ(services.size(), 1u);
  const auto port = services[0].node["spec"]["ports"][0];
  const auto cloud = Only(Base(), kCloud, "cloud");
  EXPECT_EQ(Port(cloud.Flag("--listen").value_or("")), port["port"].Scalar());
  EXPECT_EQ(cloud.node["ports"][0]["name"].Scalar(), port["targetPort"].Scalar());
  EXPECT_EQ(cloud.node["ports"][0]["containerPort"].Scalar(), port["port"].Scalar());
  // kubelet derives these from the Service's name.
  ASSERT_EQ(services[0].Name(), "zonedisk-cloud");
  constexpr const char* kAddress =
      "http://$(ZONEDISK_CLOUD_SERVICE_HOST):$(ZONEDISK_CLOUD_SERVICE_PORT)";
  EXPECT_EQ(Driver(kController).Flag("--cloud-endpoint"), kAddress);
  EXPECT_EQ(Driver(kNode).Flag("--cloud-endpoint"), kAddress);
  EXPECT_EQ(Only(Base(), kAgent, "agent").Flag("--cloud"), kAddress);
}

TEST(Agreement, TheNetworkPolicyIsOfTheCloudAndLetsInWhoeverAsksIt) {
  const auto policies = OfKind(Load("deploy/components/cloud-network-policy"), "NetworkPolicy");
  ASSERT_EQ(policies.size(), 1u);
  const auto spec = policies[0].node["spec"];
  constexpr const char* kName = "app.kubernetes.io/name";
  const auto label = [&](const char* workload) {
    return std::string(workload).substr(std::string(workload).find('/') + 1);
  };
  EXPECT_EQ(spec["podSelector"]["matchLabels"][kName].Scalar(), label(kCloud));
  const auto ingress = spec["ingress"][0];
  EXPECT_EQ(ingress["ports"][0]["port"].Scalar(),
            Only(Base(), kCloud, "cloud").node["ports"][0]["name"].Scalar());
  EXPECT_EQ(ingress["from"][0]["podSelector"]["matchLabels"][kName].Scalar(), label(kController));
  // Whoever shares the network of its node comes from the node's address.
  EXPECT_TRUE(Driver(kNode).pod["hostNetwork"].as<bool>());
  EXPECT_TRUE(Only(Base(), kAgent, "agent").pod["hostNetwork"].as<bool>());
  EXPECT_TRUE(ingress["from"][2]["ipBlock"]["cidr"]);
}

TEST(Agreement, EveryVariableInAnArgumentIsSet) {
  static const std::regex kVariable(R"(\$\(([A-Z_]+)\))");
  for (const auto& container : Containers(Base())) {
    std::set<std::string> known = {"ZONEDISK_CLOUD_SERVICE_HOST", "ZONEDISK_CLOUD_SERVICE_PORT"};
    for (const auto& variable : container.node["env"]) known.insert(variable["name"].Scalar());
    for (const auto& argument : container.Arguments()) {
      for (std::sregex_iterator at(argument.begin(), argument.end(), kVariable), end; at != end;
           ++at) {
        EXPECT_THAT(known, Contains((*at)[1].str())) << container.workload << " " << argument;
      }
    }
  }
}

// NAME → keys, of the Secrets that deploy/secrets.sh makes.
std::map<std::string, std::set<std::string>> SecretsOfTheScript() {
  const auto script = ReadText("deploy/secrets.sh");
  static const std::regex kApply(R"re(printf '([^']*)'[^|]*\|\s*apply "\$\w+" ([a-z-]+))re");
  static const std::regex kKey(R"((^|\\n)([a-z][a-z.]*)=)");
  std::map<std::string, std::set<std::string>> secrets;
  for (std::sregex_iterator at(script.begin(), script.end(), kApply), end; at != end; ++at) {
    const auto format = (*at)[1].str();
    for (std::sregex_iterator key(format.begin(), format.end(), kKey); key != end; ++key) {
      secrets[(*at)[2].str()].insert((*key)[2].str());
    }
  }
  return secrets;
}

TEST(Agreement, EverySecretIsOneThatTheScriptMakes) {
  const auto made = SecretsOfTheScript();
  ASSERT_EQ(made.size(), 3u);
  for (const auto& container : Containers(Base())) {
    for (const auto& variable : container.node["env"]) {
      const auto ref = variable["valueFrom"]["secretKeyRef"];
      if (!ref) continue;
      ASSERT_TRUE(made.contains(ref["name"].Scalar())) << container.workload;
      EXPECT_THAT(made.at(ref["name"].Scalar()), Contains(ref["key"].Scalar()));
    }
    // A file below /etc/zonedisk is a key of the Secret that is mounted there.
    for (const auto& argument : container.Arguments()) {
      const auto path = argument.substr(argument.find('=') + 1);
      if (!path.starts_with("/etc/zonedisk/")) continue;
      const auto volume = container.VolumeAt(path.substr(0, path.rfind('/')));
      ASSERT_TRUE(volume) << container.workload << " " << argument;
      const auto secret = (*volume)["secret"]["secretName"].Scalar();
      ASSERT_TRUE(made.contains(secret)) << secret;
      EXPECT_THAT(made.at(secret), Contains(path.substr(path.rfind('/') + 1)));
    }
  }
}

TEST(Agreement, EverySettingExists) {
  const auto maps = OfKind(Base(), "ConfigMap");
  ASSERT_EQ(maps.size(), 1u);
  int used = 0;
  for (const auto& container : Containers(Base())) {
    for (const auto& variable : container.node["env"]) {
      const auto ref = variable["valueFrom"]["configMapKeyRef"];
      if (!ref) continue;
      EXPECT_EQ(ref["name"].Scalar(), maps[0].Name());
      EXPECT_TRUE(maps[0].node["data"][ref["key"].Scalar()]) << ref["key"].Scalar();
      ++used;
    }
  }
  EXPECT_GT(used, 3);
}

TEST(Agreement, ProbesAskWhereTheProgramAnswers) {
  int probes = 0;
  for (const auto& container : Containers(Base())) {
    std::map<std::string, std::string> names;
    for (const auto& port : container.node["ports"]) {
      names[port["name"].Scalar()] = port["containerPort"].Scalar();
    }
    std::string listens;
    for (const char* flag : {"--health-listen", "--http-endpoint", "--listen"}) {
      if (listens.empty()) listens = Port(container.Flag(flag).value_or(""));
    }
    for (const char* probe : {"startupProbe", "readinessProbe", "livenessProbe"}) {
      if (!container.node[probe]) continue;
      auto port = container.node[probe]["httpGet"]["port"].Scalar();
      if (names.contains(port)) port = names[port];
      EXPECT_EQ(port, listens) << container.workload << " " << container.Name() << " " << probe;
      ++probes;
    }
    if (!container.init) {
      EXPECT_TRUE(container.node["livenessProbe"]) << container.Name();
    }
  }
  EXPECT_GT(probes, 10);
}

TEST(Agreement, EveryMountHasItsVolume) {
  for (const auto& container : Containers(Applied())) {
    // A StatefulSet's come from its templates.
    if (container.workload.starts_with("StatefulSet/")) continue;
    std::set<std::string> volumes;
    for (const auto& volume : container.pod["volumes"]) volumes.insert(volume["name"].Scalar());
    for (const char* list : {"volumeMounts", "volumeDevices"}) {
      for (const auto& mount : container.node[list]) {
        EXPECT_THAT(volumes, Contains(mount["name"].Scalar())) << container.workload;
      }
    }
  }
}

TEST(Agreement, OnlyThoseThatTouchDevicesAreNotConfined) {
  std::set<std::string> privileged;
  for (const auto& container : Containers(Base())) {
    const auto name = container.workload + " " + container.Name();
    const auto context = container.node["securityContext"];
    EXPECT_EQ(container.pod["securityContext"]["seccompProfile"]["type"].Scalar(), "RuntimeDefault")
        << name;
    EXPECT_TRUE(context["readOnlyRootFilesystem"].as<bool>()) << name;
    EXPECT_TRUE(container.node["resources"]["requests"]) << name;
    if (container.Privileged()) {
      privileged.insert(name);
      continue;
    }
    EXPECT_FALSE(context["allowPrivilegeEscalation"].as<bool>()) << name;
    EXPECT_EQ(context["capabilities"]["drop"][0].Scalar(), "ALL") << name;
    EXPECT_TRUE(context["runAsNonRoot"] || container.pod["securityContext"]["runAsNonRoot"])
        << name;
    EXPECT_TRUE(container.node["resources"]["limits"]["memory"]) << name;
  }
  EXPECT_EQ(privileged,
            (std::set<std::string>{std::string(kCloud) + " prepare", std::string(kNode) + " driver",
                                   std::string(kAgent) + " agent"}));
}

TEST(Agreement, RightsAreNamedAndGivenToAccountsThatExist) {
  std::set<std::string> accounts;
  std::set<std::string> roles;
  for (const auto& document : Base()) {
    const auto kind = document.Kind();
    if (kind == "ServiceAccount") accounts.insert(document.Name());
    if (kind != "Role" && kind != "ClusterRole") continue;
    roles.insert(kind + "/" + document.Name());
    for (const auto& rule : document.node["rules"]) {
      for (const char* list : {"apiGroups", "resources", "verbs"}) {
        for (const auto& word : rule[list]) EXPECT_NE(word.Scalar(), "*") << document.Name();
      }
      for (const auto& resource : rule["resources"]) EXPECT_NE(resource.Scalar(), "secrets");
    }
  }
  for (const auto& document : Base()) {
    if (document.Kind() != "RoleBinding" && document.Kind() != "ClusterRoleBinding") continue;
    const auto role = document.node["roleRef"];
    EXPECT_THAT(roles, Contains(role["kind"].Scalar() + "/" + role["name"].Scalar()));
    EXPECT_THAT(accounts, Contains(document.node["subjects"][0]["name"].Scalar()));
  }
  // The cloud has nothing to ask of the cluster.
  EXPECT_FALSE(Only(Base(), kCloud, "cloud").pod["automountServiceAccountToken"].as<bool>());
}

struct Unused {
  std::string role;
  std::string resource;
  std::vector<std::string> verbs;
};

// What upstream's manifests give besides: nothing in the sidecars of these versions, as they are
// called here, nor in the driver asks for it.
TEST(Agreement, RightsThatNothingUsesAreNotGiven) {
  const std::vector<Unused> unused = {
      // Only the resizer's --handle-volume-inuse-error, which is off, looks at Pods.
      {"ClusterRole/zonedisk-csi-controller", "pods", {"get", "list", "watch"}},
      // Recorders create and patch.
      {"ClusterRole/zonedisk-csi-controller", "events", {"update", "list", "watch", "delete"}},
      {"ClusterRole/zonedisk-csi-controller",
       "volumesnapshotcontents",
       {"update", "create", "delete"}},
      {"ClusterRole/zonedisk-csi-controller", "volumesnapshots", {"create", "patch", "delete"}},
      {"ClusterRole/zonedisk-snapshot-controller", "events", {"update", "get", "delete"}},
      {"ClusterRole/zonedisk-snapshot-controller", "volumesnapshotcontents", {"update"}},
      // An election gets, creates and updates.
      {"Role/zonedisk-csi-controller", "leases", {"list", "watch", "patch", "delete"}},
      {"Role/snapshot-controller", "leases", {"list", "watch", "patch", "delete"}},
      {"Role/zonedisk-csi-controller", "csistoragecapacities", {"patch"}},
  };
  const auto has = [](const YAML::Node& list, const std::string& word) {
    return std::any_of(list.begin(), list.end(),
                       [&](const YAML::Node& node) { return node.Scalar() == word; });
  };
  for (const auto& document : Base()) {
    if (!document.Kind().ends_with("Role")) continue;
    const auto role = document.Kind() + "/" + document.Name();
    for (const auto& rule : document.node["rules"]) {
      for (const auto& row : unused) {
        if (row.role != role || !has(rule["resources"], row.resource)) continue;
        for (const auto& verb : row.verbs) {
          EXPECT_FALSE(has(rule["verbs"], verb)) << role << " " << row.resource << " " << verb;
        }
      }
    }
  }
  EXPECT_THAT(Only(Base(), kController, "csi-resizer").Arguments(),
              Contains("--handle-volume-inuse-error=false"));
  for (const auto& container : Containers(Base())) {
    const bool snapshots =
        container.Name() == "csi-snapshotter" || container.Name() == "snapshot-controller";
    EXPECT_EQ(container.Flag("--feature-gates").value_or(""),
              snapshots ? "CSIVolumeGroupSnapshot=true" : "")
        << container.Name();
  }
}

}  // namespace
}  // namespace deploy
