// The controllers' metrics as Prometheus would read them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "tests/e2e/example.h"

namespace hawser::e2e {
namespace {

using ::testing::HasSubstr;

Arguments Words(const std::string& text) {
  std::istringstream in(text);
  Arguments words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

class MetricsTest : public ClusterTest {
 protected:
  static std::string Kubectl(Arguments arguments) {
    arguments.insert(arguments.begin(), "kubectl");
    const Outcome outcome = RunProgram(arguments);
    EXPECT_TRUE(outcome.ok()) << outcome.err;
    return outcome.out;
  }
  /// The pods that are there to stay.
  static Arguments Controllers() {
    return Words(Kubectl({"-n", "hawser-system", "get", "pods", "-l",
                          "app.kubernetes.io/name=hawser-controller", "-o",
                          "go-template={{range .items}}{{if not .metadata.deletionTimestamp}}"
                          "{{println .metadata.name}}{{end}}{{end}}"}));
  }
  /// What one of them answers through the API server; "" while it does not.
  static std::string Scrape(const std::string& pod) {
    return RunProgram({"kubectl", "get", "--raw",
                       "/api/v1/namespaces/hawser-system/pods/" + pod + ":8081/proxy/metrics"})
        .out;
  }
  /// The values of a series, one for each of the controllers that show it.
  static std::vector<double> Values(const std::string& series) {
    std::vector<double> values;
    for (const std::string& pod : Controllers()) {
      const std::string text = "\n" + Scrape(pod);
      const size_t at = text.find("\n" + series + " ");
      if (at != std::string::npos) values.push_back(std::stod(text.substr(at + series.size() + 2)));
    }
    return values;
  }
  static double Sum(const std::string& series) {
    double sum = 0;
    for (const double value : Values(series)) sum += value;
    return sum;
  }
};

TEST_F(MetricsTest, OneOfTheControllersLeads) {
  const std::string series = "leader_election_master_status{name=\"hawser-controller\"}";
  EXPECT_TRUE(Eventually([&] { return Sum(series) == 1 && Values(series).size() == 2; }));
}

TEST_F(MetricsTest, TellOfSessionsAndOfTheWorkTheyMake) {
  cluster().Apply(ExampleFile("devsession.yaml", "lonely", {}));
  cluster().Await("lonely", "TargetFound", "False", "TargetNotFound");
  EXPECT_TRUE(Eventually([] { return Sum("hawser_sessions{phase=\"Pending\"}") >= 1; }));
  for (const char* series :
       {"controller_runtime_reconcile_total{controller=\"devsession\",result=\"requeue_after\"}",
        "controller_runtime_reconcile_time_seconds_count{controller=\"devsession\"}",
        "workqueue_adds_total{name=\"devsession\"}",
        "workqueue_work_duration_seconds_count{name=\"devsession\"}",
        "controller_runtime_max_concurrent_reconciles{controller=\"devsession\"}"}) {
    EXPECT_GE(Sum(series), 1) << series;
  }
  for (const double resident : Values("process_resident_memory_bytes")) {
    EXPECT_GT(resident, 1e6);
    EXPECT_LT(resident, 256e6) << "more than the container may have";
  }
}

TEST_F(MetricsTest, NameNoSessionAndNoNamespace) {
  cluster().Apply(ExampleFile("devsession.yaml", "not-to-be-shown", {}));
  cluster().Await("not-to-be-shown", "TargetFound", "False");
  for (const std::string& pod : Controllers()) {
    const std::string text = Scrape(pod);
    EXPECT_THAT(text, HasSubstr("rest_client_requests_total{code=\"200\""));
    EXPECT_EQ(text.find("not-to-be-shown"), std::string::npos);
    EXPECT_EQ(text.find(cluster().ns()), std::string::npos);
  }
}

}  // namespace
}  // namespace hawser::e2e
