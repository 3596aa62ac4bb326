// One queue in, one machine, and the effects it asks for.
#include "local-cli/loop/push_loop.h"

#include <unistd.h>

#include <atomic>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "lib/base/bounded_queue.h"
#include "lib/base/memory.h"
#include "lib/fs/choose_watcher.h"
#include "lib/sync/send/preload.h"
#include "lib/sync/workspace/ignore_files.h"
#include "local-cli/cluster/session_view.h"
#include "local-cli/loop/answer.h"
#include "local-cli/loop/link_set.h"
#include "local-cli/loop/open_workspace.h"
#include "local-cli/loop/pull_follower.h"
#include "local-cli/loop/status_writer.h"
#include "local-cli/loop/workspace.h"

namespace hawser::cli {

namespace {

kube::ObjectKey KeyOf(const devsession::DevSession& session) {
  return {.ns = session.ns, .name = session.name};
}

std::optional<devsession::Condition> SyncedOf(const devsession::DevSession& session) {
  const devsession::Condition* condition =
      devsession::FindCondition(session.status, devsession::kSyncedCondition);
  return condition == nullptr ? std::nullopt : std::optional(*condition);
}

LinkParts MakeLinkParts(const PushParts& parts, sync::SendingContent& content,
                        const PushMachineOptions& options, const sync::SenderOptions& sender) {
  const kube::ObjectKey session = KeyOf(options.session);
  sync::SenderOptions with_content = sender;
  with_content.can_patch = [&content](const Digest& base, const Digest& wanted) {
    return content.CanPatch(base, wanted);
  };
  return {.dialer = parts.dialer,
          .content = content,
          .clock = parts.clock,
          .hello = MakeHello(wire::Role::kPush, session),
          .sender = std::move(with_content),
          .ask_status = options.barrier};
}

/// What changes is read once: the scan hands it to the senders.
std::unique_ptr<sync::Scanner> KeepingContent(std::unique_ptr<sync::Scanner> scanner,
                                              sync::SendingContent& content) {
  scanner->KeepContentIn(content.fresh);
  return scanner;
}

/// Owns everything that runs during one push.
class PushLoop {
 public:
  PushLoop(const PushParts& parts, PushMachineOptions options, const sync::SenderOptions& sender,
           const std::string& root, std::unique_ptr<sync::Scanner> scanner, CurrentRules rules,
           Workspace::IgnoreFiles ignore_files)
      : parts_(parts),
        session_(KeyOf(options.session)),
        watches_(options.watch),
        content_(root),
        rules_(std::move(rules)),
        links_(MakeLinkParts(parts, content_, options, sender),
               [this](LinkEvent event) { inbox_.Push(std::move(event)); }),
        status_writer_(parts.api, parts.clock, session_, SyncedOf(options.session),
                       [this](const Status& why) { TellStatusRefused(why); }),
        workspace_(KeepingContent(std::move(scanner), content_),
                   WatchingRoots(std::move(ignore_files), sender.configure.roots), GitLock(root),
                   parts.clock, [this](const auto& scan) { TakeScan(scan); }),
        machine_(std::move(options)) {}

  /// What `selection` selects comes back from now on.
  void Follow(sync::PullSelection selection, const std::string& root) {
    follower_ = std::make_unique<PullFollower>(
        PullParts{.dialer = parts_.dialer,
                  .hello = MakeHello(wire::Role::kObserve, session_),
                  .root = root,
                  .only_conflicts = !watches_},
        std::move(selection),
        PullSinks{
            .tell = [this](Event event) { inbox_.Push(Pulled{std::move(event)}); },
            .pod_has = [this](const std::string& uid, const std::string& path,
                              const sync::Entry& entry) { links_.TellPodHas(uid, path, entry); },
            .release = [this](
                           const std::string& uid,
                           const sync::SnapshotPtr& snapshot) { links_.Publish(uid, snapshot); }});
  }

  Finish Run(fs::Watcher* watcher) {
    const std::stop_callback stopped(parts_.stop, [this] { inbox_.Push(Stopped{}); });
    SessionView view(parts_.api, parts_.clock, session_,
                     [this](const SessionNews& news) { TakeNews(news); });
    // Pods are connected to while the workspace is read.
    const std::jthread watching([this, watcher](std::stop_token stop) {
      workspace_.ScanAll();
      if (watcher != nullptr) workspace_.Watch(*watcher, std::move(stop));
    });
    while (!finish_) {
      std::optional<PushInput> input = inbox_.Pop(machine_.WakeAt());
      const TimePoint now = parts_.clock.Now();
      for (PushAction& action :
           input ? machine_.Step(std::move(*input), now) : machine_.OnTick(now)) {
        std::visit([this](auto& chosen) { Do(chosen); }, action);
      }
    }
    links_.CloseAll();
    inbox_.Close();
    return *finish_;
  }

 private:
  void TakeNews(const SessionNews& news) {
    if (parts_.listener) parts_.listener(news);
    inbox_.Push(std::visit([](const auto& what) { return PushInput(what); }, news));
  }

  /// Other roots take other settings: nothing is published any more below those that were told.
  Workspace::IgnoreFiles WatchingRoots(Workspace::IgnoreFiles files,
                                       std::vector<wire::SyncRoot> roots) {
    files.read = [this, read = std::move(files.read),
                  roots = std::move(roots)]() -> Result<sync::Rules> {
      Result<sync::Rules> rules = read();
      if (rules.ok() && RootsOf(rules->rules()) != roots && !roots_changed_.exchange(true)) {
        inbox_.Push(RootsChanged{});
      }
      return rules;
    };
    return files;
  }

  /// The hot path: a snapshot reaches the links before anyone is told of it.
  void TakeScan(const Result<sync::ScanResult>& scan) {
    if (roots_changed_) return;
    if (scan.ok() && scan->snapshot != nullptr) {
      Publish(scan->snapshot);
      if (parts_.on_change) parts_.on_change();
    }
    inbox_.Push(Scanned{scan});
  }

  void Publish(const sync::SnapshotPtr& snapshot) {
    if (follower_ == nullptr) return links_.Publish(snapshot);
    follower_->Publish(snapshot, rules_.Get());
  }

  void TellStatusRefused(const Status& why) { inbox_.Push(StatusRefused{why}); }

  void Do(const OpenLink& action) {
    links_.Open(action.pod);
    if (follower_ != nullptr) follower_->Open(action.pod);
  }
  void Do(const CloseLink& action) {
    if (follower_ != nullptr) follower_->Close(action.uid);
    links_.Close(action.uid);
  }
  void Do(const ScanAgain&) { workspace_.ScanAll(); }
  void Do(const ConfirmRemovals& action) { links_.ConfirmRemovals(action.uid); }
  void Do(const AskPerson&) {
    answer_.reset();
    answer_ =
        std::make_unique<Answer>(STDIN_FILENO, [this](bool yes) { inbox_.Push(Answered{yes}); });
  }
  void Do(const Settle& action) {
    if (parts_.on_settled) parts_.on_settled();
    preloading_ = std::jthread([this, snapshot = action.snapshot](const std::stop_token& stop) {
      sync::Preload(*snapshot, content_, {}, stop);
      content_.fresh.Clear();
      ReturnFreeMemory();  // a first sync takes far more than what stays
    });
  }
  void Do(const WriteStatus& action) { status_writer_.Write(action.status); }
  void Do(const Finish& action) { finish_ = action; }
  void Do(const Event& event) {
    // A step may have made what is followed.
    if (follower_ != nullptr && std::holds_alternative<BatchDone>(event)) follower_->LookSoon();
    parts_.renderer.Show(event);
  }

  const PushParts& parts_;
  const kube::ObjectKey session_;
  const bool watches_;
  BoundedQueue<PushInput> inbox_{65536};
  std::atomic<bool> roots_changed_ = false;  ///< from what the agents were told
  sync::SendingContent content_;
  const CurrentRules rules_;
  std::jthread preloading_;  ///< ends before what it fills goes
  LinkSet links_;
  StatusWriter status_writer_;
  Workspace workspace_;
  PushMachine machine_;
  std::unique_ptr<Answer> answer_;
  std::unique_ptr<PullFollower> follower_;  ///< while the session asks for it
  std::optional<Finish> finish_;
};

/// Which files of the workspace say what is ignored. Reads them into `current`.
Workspace::IgnoreFiles FollowIgnoreFiles(const SyncSettings& settings, const std::string& root,
                                         const CurrentRules& current) {
  return {.is_one = [rules = settings.rules](
                        const std::string& path) { return sync::IsIgnoreFile(path, rules); },
          .read = [settings, root, current]() -> Result<sync::Rules> {
            HAWSER_ASSIGN_OR_RETURN(sync::Rules rules, ReadRules(settings, root));
            current.Set(rules);
            return rules;
          }};
}

/// Sets up what can fail, then runs.
Result<Finish> SetUpAndRun(const PushParts& parts, PushMachineOptions options,
                           const SyncSettings& settings, const std::string& root) {
  HAWSER_ASSIGN_OR_RETURN(OpenedWorkspace opened, OpenWorkspace(settings, root));
  const CurrentRules current(opened.rules);
  fs::ChosenWatcher chosen;
  if (options.watch) {
    const auto skip = [current](const std::string& path) {
      return current.Get()->SkipDirectory(path);
    };
    HAWSER_ASSIGN_OR_RETURN(chosen, fs::ChooseWatcher(root, skip, parts.poll));
    if (!chosen.notice.empty()) parts.renderer.Show(Event(Notice{chosen.notice}));
  }
  PushLoop loop(parts, std::move(options), settings.sender, root, std::move(opened.scanner),
                current, FollowIgnoreFiles(settings, root, current));
  if (!settings.pull.empty()) {
    HAWSER_ASSIGN_OR_RETURN(sync::PullSelection selection,
                            sync::PullSelection::Make(current.Get(), settings.pull));
    loop.Follow(std::move(selection), root);
  }
  return loop.Run(chosen.watcher.get());
}

}  // namespace

Finish RunPushLoop(const PushParts& parts, PushMachineOptions options, const SyncSettings& settings,
                   const std::string& workspace) {
  const Result<Finish> finish = SetUpAndRun(parts, std::move(options), settings, workspace);
  return finish.ok() ? *finish : Finish{.status = finish.status()};
}

}  // namespace hawser::cli
