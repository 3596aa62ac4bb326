// API paths and queries.
#include "lib/kube/paths.h"

#include <gtest/gtest.h>

namespace hawser::kube {
namespace {

TEST(PathsTest, NamesObjectsCollectionsAndSubresources) {
  EXPECT_EQ(ObjectPath(resources::kPods, {"dev", "a"}), "/api/v1/namespaces/dev/pods/a");
  EXPECT_EQ(ObjectPath(resources::kDeployments, {"dev", ""}),
            "/apis/apps/v1/namespaces/dev/deployments");
  EXPECT_EQ(ObjectPath(resources::kPods, {"", ""}), "/api/v1/pods");
  EXPECT_EQ(ObjectPath(resources::kNamespaces, {"ignored", "dev"}), "/api/v1/namespaces/dev");
  EXPECT_EQ(ObjectPath(resources::kPods, {"dev", "a"}, "portforward"),
            "/api/v1/namespaces/dev/pods/a/portforward");
}

TEST(PathsTest, NamesCannotLeaveTheirPlace) {
  EXPECT_EQ(ObjectPath(resources::kPods, {"a/b", "../c?d"}),
            "/api/v1/namespaces/a%2Fb/pods/..%2Fc%3Fd");
}

TEST(PathsTest, QueriesLeaveOutEmptyValues) {
  EXPECT_EQ(Query({}), "");
  EXPECT_EQ(Query({{"a", ""}}), "");
  EXPECT_EQ(Query({{"a", "1"}, {"b", ""}, {"c", "x=y&z"}}), "?a=1&c=x%3Dy%26z");
}

}  // namespace
}  // namespace hawser::kube
