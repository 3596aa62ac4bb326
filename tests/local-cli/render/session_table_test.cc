// The list of sessions, column by column.
#include "local-cli/render/session_table.h"

#include <gtest/gtest.h>

#include "lib/base/text.h"

namespace hawser::cli {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const WallTime kTableNow = ParseTime("2026-01-02T12:00:00Z").value();

devsession::DevSession Busy() {
  devsession::DevSession session{.name = "api", .ns = "team", .created = "2026-01-02T09:00:00Z"};
  session.spec.owner = "ann";
  session.spec.mode = "Clone";
  session.spec.target.name = "api";
  session.status.last_active = "2026-01-02T11:00:00Z";
  session.status.last_sync = devsession::LastSync{.time = "2026-01-02T11:48:00Z"};
  session.status.expires_at = "2026-01-02T21:00:00Z";
  session.status.pods = {{.name = "a"}, {.name = "b"}};
  session.status.conditions = {{.type = "Ready", .status = "True", .reason = "Ready"},
                               {.type = "Synced", .status = "True", .reason = "UpToDate"}};
  return session;
}

devsession::DevSession Fresh() {
  devsession::DevSession session{.name = "web\x1b[1m", .ns = "shop"};
  session.spec.owner = "bob";
  session.spec.target.name = "web";
  return session;
}

TEST(SessionTableTest, ShowsWhoWorksOnWhat) {
  EXPECT_EQ(SessionTable({.ns = "team", .sessions = {Busy()}, .now = kTableNow}),
            "NAME   OWNER   TARGET           MODE    READY   SYNCED   PODS   ACTIVE   EXPIRES\n"
            "api    ann     Deployment/api   Clone   True    True     2      12m      9h\n");
}

TEST(SessionTableTest, NamesTheNamespaceOfEachWhereThereAreSeveral) {
  const std::string table = SessionTable({.sessions = {Fresh(), Busy()}, .now = kTableNow});
  EXPECT_TRUE(table.starts_with("NAMESPACE   NAME")) << table;
  EXPECT_NE(table.find("shop        web\\x1b[1m"), std::string::npos) << table;
  EXPECT_NE(table.find("Unknown"), std::string::npos);
  EXPECT_NE(table.find("0      -        -"), std::string::npos) << table;
}

TEST(SessionTableTest, SaysMoreWhenAsked) {
  const std::string table =
      SessionTable({.ns = "team", .sessions = {Busy()}, .now = kTableNow, .wide = true});
  EXPECT_NE(table.find("EXPIRES   REASON   AGE"), std::string::npos) << table;
  EXPECT_NE(table.find("9h        Ready    3h"), std::string::npos) << table;
}

TEST(SessionTableTest, RoundsSpansDown) {
  EXPECT_EQ(RoughSpan(seconds(59)), "59s");
  EXPECT_EQ(RoughSpan(minutes(59) + seconds(59)), "59m");
  EXPECT_EQ(RoughSpan(hours(47)), "47h");
  EXPECT_EQ(RoughSpan(hours(48)), "2d");
  EXPECT_EQ(RoughSpan(-hours(1)), "0s");
}

}  // namespace
}  // namespace hawser::cli
