// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "gateway/config.h"
#include "gateway/data_directory.h"
#include "gateway/human_action.h"
#include "gateway/journal_sink.h"
#include "gateway/serve/api.h"
#include "gateway/serve/api_server.h"
#include "gateway/serve/core_loop.h"
#include "gateway/serve/disk_thread.h"
#include "gateway/serve/journal_tail.h"
#include "gateway/serve/log.h"
#include "gateway/serve/office_link.h"
#include "gateway/serve/venue_factory.h"
#include "governance/journal/posix_store.h"

namespace clawgate::gateway {

/// `clawgate serve`: one gateway in this process, from its data directory to its listener. Made and
/// stopped by one thread; in between it runs on its own: core, journal, API, and the venue's.
class Daemon final : private LoopListener {
 public:
  struct Options {
    Config config;
    std::string data;
    VenueFactory venue;
    Lanes::Options lanes;
    Log::Sink log = {};            // empty: standard error
    const Clock* clock = nullptr;  // nullptr: this machine's. Outlives the daemon
  };

  [[nodiscard]] static Result<std::unique_ptr<Daemon>> start(const Options& options);
  /// Stops like a crash would: nothing is closed or marked. stop() ends in order.
  ~Daemon() override;

  [[nodiscard]] const std::string& url() const { return url_; }
  [[nodiscard]] const std::string& data() const { return options_.data; }
  /// Why the configuration's limits are not the ones in force, for who started it; empty: they are.
  [[nodiscard]] const std::string& limits_note() const { return limits_note_; }
  /// True once something failed for good: stop() says what.
  [[nodiscard]] bool failed() const { return failed_.load(std::memory_order_acquire); }
  /// Finishes what is durable, answers who waits, closes the journal and marks the end as clean.
  /// An Error when the journal failed: the process must end non-zero.
  [[nodiscard]] std::optional<Error> stop();

 private:
  using Answer = std::variant<AnswerSignal, AnswerCommand>;
  struct Answered {
    OfferId offer = 0;
    bool recorded = false;  // a refused signal is in the journal
    Answer answer;
  };
  static constexpr std::size_t kAnswers = 8192;  // more than offers can wait

  explicit Daemon(const Options& options);
  [[nodiscard]] std::optional<Error> open();
  [[nodiscard]] std::optional<Error> listen();
  [[nodiscard]] std::optional<Error> open_principals();
  [[nodiscard]] std::optional<Error> open_journal();
  void tell_unsigned();
  void tell_behind();
  [[nodiscard]] std::optional<Error> tell_limits();
  [[nodiscard]] std::optional<Error> open_tail();
  [[nodiscard]] std::optional<Error> open_core();
  [[nodiscard]] std::optional<Error> open_api();
  void publish_address();
  void register_operators();
  [[nodiscard]] std::optional<Error> begin_with_news();
  void wake_api();

  // LoopListener: the core thread.
  void answered(OfferId offer, const AnswerSignal& answer) override;
  void answered(OfferId offer, const AnswerCommand& answer) override;
  void recorded(OfferId offer) override;
  void ask(const AskApproval&) override {}  // the stream and GET /v1/holds tell it
  void ended(const HoldEnded& what) override;
  void human_action(const HumanActionRequired& what) override;
  void durable() override;
  void failed(const Error& error) override;

  // The API's thread.
  void pump();
  void tick();
  [[nodiscard]] bool write_office(std::function<HttpResponse()> work, HttpReply done);
  [[nodiscard]] bool keep_evidence(std::vector<std::string> evidence,
                                   std::function<void(std::optional<Error>)> done);
  void bring_aside();
  void catch_up();
  void watch_lock();
  void watch_disk();
  void see_block(const journal::RecordView& record);
  void log_movement(const journal::RecordView& record);
  void watch_readiness();
  [[nodiscard]] std::vector<CauseReported> readiness_causes() const;
  void keep_key_word(const KeyWord& word);
  void keep_files_aside();
  void keep_human_action();
  void keep_baseline();
  [[nodiscard]] std::string metrics() const;

  Options options_;
  SystemClock system_clock_;
  const Clock& clock_;
  SystemEntropy entropy_;      // of the core's start
  SystemEntropy api_entropy_;  // of the API's thread
  Log log_;
  std::string url_;
  std::vector<PrincipalName> names_;
  std::unique_ptr<ApiServer> server_;
  std::unique_ptr<DataDirectory> directory_;
  std::optional<Principals> principals_;

  std::unique_ptr<journal::PosixStore> store_;
  std::unique_ptr<journal::Journal> journal_;
  Seq opened_behind_;  // the last record of the life before
  std::string limits_note_;
  std::unique_ptr<JournalThread> recorder_;
  State state_;
  std::optional<AnchoredClock> core_clock_;  // the venue's too
  std::optional<Engine> engine_;
  TradingWord word_;
  Lanes lanes_;
  VenueBaseline baseline_;
  HumanActionFile human_action_;
  bool human_action_refused_ = false;  // by the disk: told once
  std::unique_ptr<venues::Venue> venue_;
  std::optional<Door> door_;
  std::optional<CoreLoop> loop_;

  std::unique_ptr<journal::PosixStore> tail_store_;
  Projection projection_;
  std::optional<JournalTail> tail_;
  std::optional<Api> api_;
  std::int64_t lock_checked_ns_ = 0;
  std::int64_t disk_checked_ns_ = 0;
  std::int64_t readiness_checked_ns_ = 0;
  bool disk_low_ = false;  // as last reported, with how much was free, and when
  std::optional<std::uint64_t> disk_free_told_;
  std::int64_t disk_told_ns_ = 0;
  OfficeLink link_;
  DiskThread office_;  // what is written there, and other small files
  // Of signals: no number of them keeps out what people decide, and none waits behind so many that
  // a slow disk makes it late.
  DiskThread evidence_{32};
  std::atomic<bool> files_under_way_{false};

  Channel<Answered> answers_{kAnswers};  // the core thread to the API's
  std::atomic<bool> awake_{false};       // pump() is on its way
  std::atomic<bool> failed_{false};
  std::once_flag failing_;        // the core's thread or the API's, whoever is first
  std::optional<Error> failure_;  // written before failed_ is set
  bool running_ = false;
};

}  // namespace clawgate::gateway
