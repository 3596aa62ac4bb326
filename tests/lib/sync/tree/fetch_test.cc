// How a client learns a pod's tree, and what it refuses.
#include "lib/sync/tree/fetch.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "lib/sync/tree/answer.h"
#include "lib/sync/tree/node.h"
#include "tests/lib/sync/entries.h"

namespace hawser::sync {
namespace {

Tree ManyFiles(int count) {
  TreeEdits edits;
  for (int i = 0; i < count; ++i) {
    edits["/app/dir" + std::to_string(i % 97) + "/file" + std::to_string(i)] =
        FileEntry(std::to_string(i));
  }
  return Tree().With(edits);
}

/// What a comparison took.
struct FetchCost {
  int rounds = 0;
  size_t entries = 0;
  bool whole = false;
};

/// Compares with a pod that holds `theirs`, and says what it took.
FetchCost RunFetch(TreeFetch& fetch, const Tree& theirs) {
  FetchCost cost;
  std::vector<wire::Message> messages = fetch.Begin();
  while (!messages.empty()) {
    ++cost.rounds;
    std::vector<wire::Message> next;
    for (const wire::Message& message : messages) {
      if (std::holds_alternative<wire::TreeRequest>(message)) {
        cost.whole = true;
        for (const wire::TreeReply& reply : AnswerTree(theirs)) fetch.OnTree(reply);
        continue;
      }
      for (const auto& reply : AnswerNodes(theirs, std::get<wire::NodesRequest>(message))) {
        for (const wire::Node& node : reply.nodes) cost.entries += node.entries.size();
        auto more = fetch.OnNodes(reply);
        EXPECT_TRUE(more.ok()) << more.status();
        if (more.ok() && !more->empty()) next = *std::move(more);
      }
    }
    messages = std::move(next);
  }
  return cost;
}

TEST(TreeFetchTest, CostsWhatDiffers) {
  const Tree ours = ManyFiles(20000);
  Tree theirs = ours;
  theirs.Put("/app/dir3/file3", FileEntry("another"));
  theirs.Put("/app/dir9/new", FileEntry("new"));
  theirs.Erase("/app/dir50/file50");
  TreeFetch fetch(theirs.digest(), {ours});
  const FetchCost cost = RunFetch(fetch, theirs);
  ASSERT_TRUE(fetch.tree().has_value());
  EXPECT_EQ(*fetch.tree(), theirs);
  EXPECT_FALSE(cost.whole);
  EXPECT_LE(cost.rounds, 4);
  EXPECT_LT(cost.entries, 1000U) << "of 20,000";
}

TEST(TreeFetchTest, FindsEveryTreeFromEveryOther) {
  const char* given = std::getenv("HAWSER_SEED");
  const uint64_t seed =
      given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device()();
  RecordProperty("HAWSER_SEED", std::to_string(seed));
  SCOPED_TRACE("HAWSER_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 200; ++round) {
    const Tree ours = ManyFiles(static_cast<int>(random() % 400));
    TreeEdits edits;
    for (uint64_t i = random() % 100; i > 0; --i) {
      const std::string number = std::to_string(random() % 400);
      std::optional<Entry>& edit =
          edits["/app/dir" + std::to_string(random() % 97) + "/file" + number];
      if (random() % 3 != 0) edit = FileEntry(std::to_string(random()));
    }
    const Tree theirs = ours.With(edits);
    TreeFetch fetch(theirs.digest(), {ours, ManyFiles(10)});
    RunFetch(fetch, theirs);
    ASSERT_TRUE(fetch.tree().has_value());
    ASSERT_EQ(*fetch.tree(), theirs);
  }
}

TEST(TreeFetchTest, AsksNothingOfATreeThatIsKnown) {
  const Tree ours = ManyFiles(500);
  TreeFetch fetch(ours.digest(), {ManyFiles(3), ours});
  EXPECT_TRUE(fetch.Begin().empty());
  EXPECT_EQ(fetch.tree(), ours);
}

TEST(TreeFetchTest, AsksForAllWhenNothingIsKnownOrTheTreeMoved) {
  const Tree theirs = ManyFiles(2500);
  TreeFetch fresh(theirs.digest(), {Tree()});
  EXPECT_TRUE(RunFetch(fresh, theirs).whole);
  EXPECT_EQ(fresh.tree(), theirs);
  TreeFetch late(Sha256("the tree before"), {ManyFiles(10)});
  EXPECT_TRUE(RunFetch(late, theirs).whole);
  EXPECT_EQ(late.tree(), theirs);
}

TEST(TreeFetchTest, CutsWhatItAsksForIntoMessages) {
  wire::NodesRequest request;
  const Tree theirs = ManyFiles(3000);
  const auto root = AnswerNodes(theirs, {{theirs.digest()}});
  ASSERT_EQ(root.size(), 1U);
  ASSERT_EQ(root[0].nodes.size(), 1U);
  request.nodes = root[0].nodes[0].children;
  const auto pieces = AnswerNodes(theirs, request);
  size_t nodes = 0;
  for (const wire::NodesReply& piece : pieces) nodes += piece.nodes.size();
  EXPECT_EQ(nodes, request.nodes.size());
  EXPECT_TRUE(pieces.back().last);
  EXPECT_TRUE(AnswerNodes(theirs, {{Sha256("no node")}})[0].nodes.empty());
}

/// A leaf with these files, and its digest.
std::pair<wire::Node, Digest> Leaf(const std::vector<std::string>& paths) {
  wire::Node node;
  LeafPacker packer;
  for (const std::string& path : paths) {
    node.entries.push_back({.path = path, .entry = FileEntry(path)});
    packer.Add(path, node.entries.back().entry);
  }
  return {node, packer.Finish(0)->digest};
}

/// The failure of a pod whose root has these children, which are `leaves`.
Status FetchForged(uint32_t level, const std::vector<Digest>& children,
                   const std::vector<wire::Node>& leaves) {
  TreeFetch fetch(InnerNodeDigest(level, children), {ManyFiles(1)});
  fetch.Begin();
  const auto next = fetch.OnNodes({{{.level = level, .children = children}}, true});
  if (!next.ok()) return next.status();
  return fetch.OnNodes({leaves, true}).status();
}

TEST(TreeFetchTest, RefusesATreeThatIsNone) {
  const auto [a, digest_a] = Leaf({"/a", "/b"});
  const auto [b, digest_b] = Leaf({"/c"});
  const struct {
    const char* name;
    Status status;
    const char* message;
  } cases[] = {
      {"another node", FetchForged(1, {digest_a}, {b}), "nobody asked for"},
      {"twice", FetchForged(1, {digest_a}, {a, a}), "nobody asked for"},
      {"level", FetchForged(2, {digest_a, digest_b}, {a, b}), "one level below"},
      {"order", FetchForged(1, {digest_b, digest_a}, {a, b}), "path order"},
      {"repeated", FetchForged(1, {digest_a, digest_a}, {a}), "path order"},
      {"cut elsewhere", FetchForged(1, {digest_a, digest_b}, {a, b}), "not cut into its nodes"}};
  for (const auto& each : cases) {
    EXPECT_EQ(each.status.code(), Code::kDataLoss) << each.name;
    EXPECT_NE(each.status.message().find(each.message), std::string::npos)
        << each.name << ": " << each.status;
  }
  TreeFetch idle(digest_a, {});
  EXPECT_FALSE(idle.OnNodes({{a}, true}).ok()) << "before anything was asked";
}

}  // namespace
}  // namespace hawser::sync
