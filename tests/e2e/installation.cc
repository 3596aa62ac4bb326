// Scales and patches the controller's Deployment.
#include "tests/e2e/installation.h"

#include <gtest/gtest.h>

namespace hawser::e2e {
namespace {

using nlohmann::json;

constexpr char kAgentImageFlag[] = "--agent-image=";

void Scale(const std::string& replicas) {
  AskSystem({"scale", "deployment", "hawser-controller", "--replicas=" + replicas});
}

void AwaitRollout() {
  AskSystem({"rollout", "status", "deployment/hawser-controller", "--timeout=180s"});
}

json Container() {
  const json deployment = AskSystem({"get", "deployment", "hawser-controller", "-o", "json"});
  return deployment["spec"]["template"]["spec"]["containers"][0];
}

}  // namespace

json AskSystem(Arguments arguments, const std::string& input) {
  arguments.insert(arguments.begin(), {"kubectl", "-n", "hawser-system"});
  const Outcome outcome = RunProgram(arguments, input, std::chrono::minutes(4));
  EXPECT_TRUE(outcome.ok()) << outcome.err;
  return json::parse(outcome.out, nullptr, false);
}

ControllerAway::ControllerAway() {
  Scale("0");
  AskSystem({"wait", "--for=delete", "pod", "-l", "app.kubernetes.io/name=hawser-controller",
             "--timeout=180s"});
}

ControllerAway::~ControllerAway() {
  Scale("2");
  AwaitRollout();
}

std::string InstalledAgentImage() {
  const json container = Container();
  for (const std::string argument : container["args"]) {
    if (argument.starts_with(kAgentImageFlag)) {
      return argument.substr(std::string(kAgentImageFlag).size());
    }
  }
  ADD_FAILURE() << "the controller has no " << kAgentImageFlag;
  return {};
}

std::string InstalledControllerImage() {
  return Container()["image"];
}

namespace {

void UseAgentImage(const std::string& image) {
  json arguments = Container()["args"];
  for (json& argument : arguments) {
    if (argument.get<std::string>().starts_with(kAgentImageFlag)) {
      argument = kAgentImageFlag + image;
    }
  }
  const json patch = json::array({{{"op", "replace"},
                                   {"path", "/spec/template/spec/containers/0/args"},
                                   {"value", arguments}}});
  AskSystem({"patch", "deployment", "hawser-controller", "--type=json", "-p", patch.dump()});
  AwaitRollout();
}

}  // namespace

OtherAgentImage::OtherAgentImage(const std::string& image) : before_(InstalledAgentImage()) {
  UseAgentImage(image);
}

OtherAgentImage::~OtherAgentImage() {
  UseAgentImage(before_);
}

}  // namespace hawser::e2e
