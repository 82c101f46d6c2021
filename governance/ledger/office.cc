// SPDX-License-Identifier: Apache-2.0
#include "governance/ledger/office.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <type_traits>

#include "governance/journal/lock.h"
#include "schemas/contracts/date_time.h"
#include "schemas/core/read_file.h"

namespace clawgate::governance {
namespace {

Error unwritable(const std::string& path) {
  return {Reason::DataDirectoryUnwritable, path, std::generic_category().message(errno)};
}

/// "" when there is none.
Result<std::string> text_of(const std::string& path) {
  std::error_code failed;
  if (!std::filesystem::exists(path, failed)) return std::string();
  return read_whole_file(path);
}

/// A file that grows by whole lines; a line that was cut by a crash is taken off when it is opened.
class LineFile {
 public:
  LineFile() = default;
  ~LineFile() {
    if (handle_ >= 0) ::close(handle_);
  }
  LineFile(const LineFile&) = delete;
  LineFile& operator=(const LineFile&) = delete;

  std::optional<Error> open(const std::string& path, std::size_t whole_bytes) {
    path_ = path;
    size_ = static_cast<off_t>(whole_bytes);
    handle_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (handle_ < 0 || ::ftruncate(handle_, size_) != 0) return unwritable(path);
    return std::nullopt;
  }
  /// On the disk when this answers nullopt; else cut off again, as far as the disk obeys.
  std::optional<Error> append(std::string_view text) {
    if (broken_) return Error{Reason::DataDirectoryUnwritable, path_, "an earlier write failed"};
    std::size_t done = 0;
    while (done < text.size()) {
      const ssize_t some = ::pwrite(handle_, text.data() + done, text.size() - done,
                                    size_ + static_cast<off_t>(done));
      if (some < 0 && errno == EINTR) continue;
      if (some <= 0) return fail();
      done += static_cast<std::size_t>(some);
    }
    if (::fsync(handle_) != 0) return fail();
    size_ += static_cast<off_t>(text.size());
    return std::nullopt;
  }

 private:
  std::optional<Error> fail() {
    broken_ = true;
    Error error = unwritable(path_);
    static_cast<void>(::ftruncate(handle_, size_) == 0);
    return error;
  }

  std::string path_;
  int handle_ = -1;
  off_t size_ = 0;
  bool broken_ = false;
};

/// The record of the journal that says so.
std::string evidence_of(const CoreFinding& finding) {
  return "journal:" + std::to_string(finding.seq.value());
}

/// The records of the incidents' file; LineFile takes off what follows the last newline.
Result<std::size_t> read_incidents(std::string_view text, Incidents& incidents) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = text.find('\n', at);
    if (end == std::string_view::npos) break;
    const std::string line =
        "incidents.jsonl line " + std::to_string(incidents.records().size() + 1);
    const auto record = contracts::decode_incident(text.substr(at, end - at));
    if (!record)
      return Error{Reason::IncidentChain, line + record.error().field, record.error().seen};
    const Error broken = incidents.fold(*record);
    if (broken.reason != Reason::None) return Error{broken.reason, line, broken.field};
    at = end + 1;
  }
  return at;
}

std::optional<Error> sync_directory(const std::string& path) {
  const int handle = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (handle < 0) return unwritable(path);
  const bool synced = ::fsync(handle) == 0;
  ::close(handle);
  if (!synced) return unwritable(path);
  return std::nullopt;
}

}  // namespace

std::string incident_id_of(const CoreFinding& finding) {
  const std::string date = contracts::to_date_time(finding.at).substr(0, 10);
  std::string number = std::to_string(finding.seq.value());
  if (number.size() < 3) number.insert(0, 3 - number.size(), '0');
  return "INC-" + date.substr(0, 4) + date.substr(5, 2) + date.substr(8, 2) + "-J" + number;
}

struct Office::Files {
  explicit Files(journal::DirectoryLock held) : lock(std::move(held)) {}

  journal::DirectoryLock lock;
  LineFile ledger;
  LineFile incidents;
};

Office::Office() = default;
Office::~Office() = default;

Result<std::unique_ptr<Office>> Office::open(const std::string& directory, UnixNanos now) {
  std::error_code failed;
  std::filesystem::create_directories(directory, failed);
  if (failed) return Error{Reason::DataDirectoryUnwritable, directory, failed.message()};
  auto lock = journal::DirectoryLock::take(directory);
  if (!lock) return lock.error();
  std::unique_ptr<Office> office(new Office());
  office->files_ = std::make_unique<Files>(std::move(*lock));
  if (auto error = office->load(directory)) return *error;
  if (auto error = sync_directory(directory)) return *error;
  if (!office->ladder_.is_founded()) {
    StageMoved founded;  // every data directory begins on paper
    founded.cause = "founded";
    if (auto error = office->record(LedgerFact(founded), now)) return *error;
  }
  return office;
}

Result<std::unique_ptr<Office>> Office::read(const std::string& directory) {
  std::unique_ptr<Office> office(new Office());
  if (auto error = office->load(directory)) return *error;
  return office;
}

std::optional<Error> Office::load(const std::string& directory) {
  const std::string ledger = directory + "/ledger.jsonl";
  const std::string incidents = directory + "/incidents.jsonl";
  const auto lines = text_of(ledger);
  if (!lines) return lines.error();
  auto read = read_ledger(*lines);
  if (!read) return read.error();
  for (const LedgerEntry& entry : read->entries) {
    fold(entry.fact, entry.at);
    hashes_.push_back(entry.hash);
  }
  head_ = read->head;
  const auto told = text_of(incidents);
  if (!told) return told.error();
  const auto whole = read_incidents(*told, incidents_);
  if (!whole) return whole.error();
  if (files_ == nullptr) return std::nullopt;
  if (auto error = files_->ledger.open(ledger, read->whole_bytes)) return error;
  return files_->incidents.open(incidents, *whole);
}

void Office::fold(const LedgerFact& fact, UnixNanos at) {
  if (const auto* const broken = std::get_if<ViolationRecorded>(&fact)) {
    violations_.insert(broken->evidence_ref);
  }
  std::visit(
      [&](const auto& one) {
        using Fact = std::decay_t<decltype(one)>;
        if constexpr (std::is_constructible_v<DecisionFact, const Fact&>) {
          decisions_.fold(DecisionFact(one), at);
        } else {
          ladder_.fold(StageFact(one), at);
        }
      },
      fact);
}

std::optional<Error> Office::record(std::span<const LedgerFact> facts, UnixNanos at) {
  if (files_ == nullptr) return Error{Reason::DataDirectoryLocked, "ledger.jsonl", "open to read"};
  std::string text;
  LedgerHead head = head_;
  std::vector<Digest> hashes;
  for (const LedgerFact& fact : facts) {
    auto line = next_line(head, fact, at);
    if (!line) return line.error();
    text += line->text;
    head = line->head;
    hashes.push_back(head.hash);
  }
  if (auto error = files_->ledger.append(text)) return error;
  head_ = head;
  hashes_.insert(hashes_.end(), hashes.begin(), hashes.end());
  for (const LedgerFact& fact : facts) fold(fact, head.at);
  return std::nullopt;
}

std::optional<Error> Office::record(const std::vector<DecisionFact>& facts, UnixNanos at) {
  std::vector<LedgerFact> all;
  for (const DecisionFact& fact : facts) {
    std::visit([&](const auto& one) { all.emplace_back(one); }, fact);
  }
  if (all.empty()) return std::nullopt;
  return record(std::span<const LedgerFact>(all), at);
}

std::optional<Error> Office::record(const Incident& incident, UnixNanos at) {
  if (files_ == nullptr) {
    return Error{Reason::DataDirectoryLocked, "incidents.jsonl", "open to read"};
  }
  Incidents next = incidents_;
  const Error broken = next.fold(incident);
  if (broken.reason != Reason::None) return broken;
  // The fall comes first: what a crash in between leaves is the safer half.
  if (incidents_.find(incident.incident_id) == nullptr) {
    const auto fall = ladder_.fall(mishap_of(incident.severity), incident.incident_id);
    if (fall) {
      if (auto error = record(LedgerFact(*fall), at)) return error;
    }
  }
  if (auto error = files_->incidents.append(encode(incident) + "\n")) return error;
  incidents_ = std::move(next);
  return std::nullopt;
}

std::optional<Error> Office::violation(const ViolationRecorded& what, UnixNanos at) {
  std::vector<LedgerFact> facts = {what};
  if (const auto fall = ladder_.fall(Mishap::HardViolation, what.code)) facts.emplace_back(*fall);
  return record(std::span<const LedgerFact>(facts), at);
}

bool Office::lacks_incident(const CoreFinding& finding) const {
  return finding.severity && incidents_.find(incident_id_of(finding)) == nullptr;
}

bool Office::lacks_violation(const CoreFinding& finding) const {
  return finding.violation && !violations_.contains(evidence_of(finding));
}

bool Office::lacks_any(std::span<const CoreFinding> findings) const {
  return std::any_of(findings.begin(), findings.end(), [this](const CoreFinding& finding) {
    return lacks_incident(finding) || lacks_violation(finding);
  });
}

std::optional<Error> Office::take(std::span<const CoreFinding> findings, UnixNanos at) {
  std::vector<LedgerFact> broken;  // all of them with one write
  for (const CoreFinding& finding : findings) {
    if (!lacks_violation(finding)) continue;
    broken.emplace_back(ViolationRecorded{finding.code, evidence_of(finding)});
    if (broken.size() > 1) continue;
    if (const auto fall = ladder_.fall(Mishap::HardViolation, finding.code)) {
      broken.emplace_back(*fall);
    }
  }
  if (!broken.empty()) {
    if (auto error = record(std::span<const LedgerFact>(broken), at)) return error;
  }
  for (const CoreFinding& finding : findings) {
    if (!lacks_incident(finding)) continue;
    const auto incident =
        incidents_.open({*finding.severity, finding.code + ": " + finding.summary,
                         "Found by the gateway's core, " + evidence_of(finding) + ".", "operators",
                         incident_id_of(finding)},
                        finding.at);
    if (!incident) return incident.error();
    if (auto error = record(*incident, at)) return error;
  }
  return std::nullopt;
}

Result<std::vector<Missing>> Office::promote(Climb climb, std::string_view decision_id,
                                             bool backup_operator, bool trading_blocked,
                                             UnixNanos now) {
  const Surroundings around{decisions_, incidents_, backup_operator, trading_blocked};
  auto missing = ladder_.missing_for(climb, decision_id, around, now);
  if (missing.empty()) {
    const auto move = ladder_.climb(climb, decision_id, around, now);
    if (!move) return move.error();
    if (auto error = record(LedgerFact(*move), now)) return *error;
    return missing;
  }
  PromotionRefused refused;
  refused.target = kClimbWords[static_cast<std::size_t>(climb)];
  // What was named as a decision and could not be one is told by its requirement.
  if (!decision_id.empty() && decision_id.size() <= 32) refused.decision_id = decision_id;
  for (const Missing& row : missing) {
    refused.missing.push_back({row.field, std::string(info(row.reason).code), row.seen});
  }
  if (auto error = record(LedgerFact(refused), now)) return *error;
  return missing;
}

std::optional<Error> Office::pass(UnixNanos now) {
  const auto facts = decisions_.due(now);
  if (auto error = record(facts, now)) return error;
  for (const DecisionFact& fact : facts) {
    const auto* const moved = std::get_if<DecisionMoved>(&fact);
    if (moved == nullptr || !moved->opens_incident) continue;
    const auto incident =
        incidents_.open({Severity::Sev3, "Two decisions in a row timed out: " + moved->decision_id,
                         "Decisions are not answered in time.", "operators"},
                        now);
    if (!incident) return incident.error();
    if (auto error = record(*incident, now)) return error;
  }
  return std::nullopt;
}

}  // namespace clawgate::governance
