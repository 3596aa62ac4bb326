// Config blobs of images: the fields that say what a container runs.
#include "lib/oci/image_config.h"

#include <gtest/gtest.h>

namespace hawser::oci {
namespace {

TEST(ImageConfigTest, ReadsWhatAContainerRuns) {
  const Result<ImageConfig> config = ParseImageConfig(R"({"architecture":"amd64","config":{
      "Entrypoint":["/bin/sh","-c"],"Cmd":["serve"],"Env":["PATH=/bin"],"User":"1000:1000",
      "WorkingDir":"/app","Labels":null}})");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(*config, (ImageConfig{.entrypoint = {"/bin/sh", "-c"},
                                  .cmd = {"serve"},
                                  .env = {"PATH=/bin"},
                                  .user = "1000:1000",
                                  .working_dir = "/app"}));
}

TEST(ImageConfigTest, AbsentAndNullFieldsAreEmpty) {
  for (const char* blob : {"{}", R"({"config":null})", R"({"config":{}})",
                           R"({"config":{"Entrypoint":null,"Cmd":null,"User":null}})"}) {
    const Result<ImageConfig> config = ParseImageConfig(blob);
    ASSERT_TRUE(config.ok()) << config.status();
    EXPECT_EQ(*config, ImageConfig()) << blob;
  }
}

TEST(ImageConfigTest, NamesTheFieldThatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"", "a JSON object"},
      {"[]", "a JSON object"},
      {R"({"config":[]})", "config"},
      {R"({"config":{"Entrypoint":"/server"}})", "Entrypoint"},
      {R"({"config":{"Cmd":[1]}})", "Cmd"},
      {R"({"config":{"Env":{}}})", "Env"},
      {R"({"config":{"User":1000}})", "User"},
      {R"({"config":{"WorkingDir":false}})", "WorkingDir"}};
  for (const auto& [blob, field] : wrong) {
    const Status status = ParseImageConfig(blob).status();
    EXPECT_EQ(status.code(), Code::kDataLoss) << blob;
    EXPECT_NE(status.message().find(field), std::string::npos) << status;
  }
}

}  // namespace
}  // namespace hawser::oci
