// Deploys the example and looks at its pods, from the cluster and from this machine.
#include "tests/e2e/example.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "lib/kube/object.h"

namespace hawser::e2e {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr char kExample[] = "hello-python";

std::string FileText(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string InExample(const std::string& file) {
  return std::string("examples/") + kExample + "/" + file;
}

void ReplaceAll(std::string& text, const std::string& from, const std::string& to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

/// The process counts itself as 1 in its own PID namespace.
bool IsFirstProcess(const fs::path& process) {
  std::ifstream status(process / "status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("NSpid:")) return line.ends_with("\t1");
  }
  return false;
}

AppPod ReadPod(const json& object) {
  AppPod pod{.name = kube::NameOf(object)};
  const json* statuses = kube::Find(object, "/status/containerStatuses");
  if (statuses == nullptr) return pod;
  pod.ready = std::all_of(statuses->begin(), statuses->end(),
                          [](const json& status) { return status.value("ready", false); });
  for (const json& status : *statuses) {
    const std::string id = kube::StringAt(status, "/containerID");
    const size_t scheme = id.find("//");
    std::string& place =
        kube::StringAt(status, "/name") == "hawser-agent" ? pod.agent_id : pod.app_id;
    if (scheme != std::string::npos) place = id.substr(scheme + 2);
    if (&place == &pod.app_id) pod.app_restarts = kube::IntegerAt(status, "/restartCount");
  }
  return pod;
}

}  // namespace

std::string SourcePath(const std::string& relative) {
  return std::string(HAWSER_SOURCE_DIR) + "/" + relative;
}

std::string ReadSource(const std::string& relative) {
  const std::string text = FileText(SourcePath(relative));
  EXPECT_FALSE(text.empty()) << relative;
  return text;
}

std::string ExampleFile(const std::string& file, const std::string& name,
                        const std::string& image) {
  std::string text = ReadSource(InExample(file));
  ReplaceAll(text, kExample, name);
  ReplaceAll(text, "image: IMAGE", "image: " + image);
  return text;
}

std::optional<pid_t> FirstProcess(const std::string& container_id) {
  if (container_id.empty()) return std::nullopt;
  for (const fs::directory_entry& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    if (FileText(entry.path() / "cgroup").find(container_id) == std::string::npos) continue;
    if (IsFirstProcess(entry.path())) return static_cast<pid_t>(std::stol(name));
  }
  return std::nullopt;
}

Example::Example(const Cluster& cluster, std::string name)
    : cluster_(cluster), name_(std::move(name)) {
  fs::copy(SourcePath(InExample("src")), workspace_.path() / "src");
  cluster_.Apply(ExampleFile("devsession.yaml", name_, {}));
  std::string workload = ExampleFile("k8s.yaml", name_, TestImage("HAWSER_TEST_IMAGE"));
  // Not a pod is started that is replaced at once.
  ReplaceAll(workload, "replicas: 1", "replicas: 0");
  cluster_.Apply(workload);
  cluster_.Await(name_, "AgentInjected", "True");
  cluster_.Kubectl({"scale", "deployment", name_, "--replicas=1"});
  cluster_.Await(name_, "AgentsReady", "True");
}

void Example::Save(const std::string& path, const std::string& content) const {
  std::filesystem::create_directories((workspace_.path() / path).parent_path());
  std::ofstream out(workspace_.path() / path, std::ios::binary | std::ios::trunc);
  out << content;
  out.close();
  EXPECT_TRUE(out.good()) << path;
}

void Example::SaveVersion(const std::string& version) const {
  Save("src/version.py", "VERSION = \"" + version + "\"\nGREETING = \"Hello from the test\"\n");
}

Outcome Example::Push() const {
  return cluster_.Hawser({"push", name_, directory()});
}

Arguments Example::Watch() const {
  return cluster_.HawserCommand({"push", name_, directory(), "--watch"});
}

AppPod Example::Pod() const {
  AppPod pod;
  for (const json& item : cluster_.Pods("hawser.dev/session=" + name_)) {
    if (kube::IsDeleting(item)) continue;
    if (!pod.name.empty()) return {};
    pod = ReadPod(item);
  }
  return pod;
}

AppPod Example::ReadyPod() const {
  AppPod pod;
  EXPECT_TRUE(Eventually([&] {
    pod = Pod();
    return pod.ready;
  })) << "pod "
      << pod.name;
  return pod;
}

std::string Example::InContainer(const std::string& path) const {
  return cluster_.TryKubectl({"exec", Pod().name, "-c", "app", "--", "cat", path}).out;
}

std::string Example::AppLog() const {
  const std::string log = cluster_.TryKubectl({"logs", Pod().name, "-c", "app"}).out;
  const size_t start = log.find("version ");  // the supervisor's own lines come before
  return start == std::string::npos ? "" : log.substr(start);
}

std::string Example::ServedVersion() const {
  return cluster_.ServedVersion(name_);
}

::testing::AssertionResult Example::Serves(const std::string& version) const {
  return Eventually([&] { return ServedVersion() == version; });
}

}  // namespace hawser::e2e
