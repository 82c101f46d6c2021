// SPDX-License-Identifier: Apache-2.0
#include "signals/economic.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <map>
#include <set>
#include <utility>

#include "schemas/contracts/date_time.h"
#include "schemas/strict_json.h"
#include "signals/embedded.h"
#include "signals/text.h"

namespace clawgate::signals {
namespace {

constexpr Rate kPassScore = bps(6000);
constexpr std::string_view kCosts = "token_costs.jsonl";
constexpr std::string_view kCompletions = "task_completions.jsonl";
constexpr std::string_view kBalance = "balance.jsonl";

// What the cost rows of one task add up to.
struct Cost {
  std::int64_t raw = 0;
  std::string started_at;  // as written; the same form sorts as time does
  std::string ended_at;
  bool broken = false;
};

struct Row {
  Json json;
  std::size_t line = 0;
  std::string_view text;
};

std::string text_of(const Json& object, std::string_view name) {
  const Json* value = object.find(name);
  return value != nullptr && value->is(Json::Kind::String) ? value->text : "";
}

bool is_true(const Json& object, std::string_view name) {
  const Json* value = object.find(name);
  return value != nullptr && value->is(Json::Kind::Bool) && value->boolean;
}

class Builder {
 public:
  explicit Builder(const ClawWorkRecords& records) : records_(records) {}

  EconomicIntake build() && {
    for (const Row& row : rows_of(kCosts, records_.token_costs)) add_cost(row);
    for (const Row& row : rows_of(kBalance, records_.balance)) {
      if (is_true(row.json, "api_error")) errors_.insert(text_of(row.json, "task_id"));
    }
    std::map<std::string, Row> last;  // by task
    for (Row& row : rows_of(kCompletions, records_.task_completions)) {
      const std::string task = text_of(row.json, "task_id");
      if (task.empty()) {
        refuse(Disposition::Reject, Reason::FieldMissing, row, "task_id", "");
      } else if (const auto known = last.find(task);
                 known == last.end() || attempt_of(known->second) <= attempt_of(row)) {
        last.insert_or_assign(task, std::move(row));
      }
    }
    for (const auto& [task, row] : last) add_run(task, row);
    return std::move(out_);
  }

 private:
  void refuse(Disposition disposition, Reason reason, const Row& row, std::string_view field,
              std::string_view seen, std::string_view file = kCompletions) {
    Reading reading;
    reading.disposition = disposition;
    reading.reason = reason;
    reading.engine = "clawwork";
    reading.format = "economic_run";
    reading.where = std::string(file) + ':' + std::to_string(row.line) + json_pointer("#", field);
    reading.seen = printable(seen, 64);
    reading.payload = sha256(bytes_of(row.text));
    out_.refused.push_back(std::move(reading));
  }

  std::vector<Row> rows_of(std::string_view file, std::string_view bytes) {
    std::vector<Row> rows;
    for (const Line& line : lines_of(bytes)) {
      if (trimmed(line.text).empty()) continue;
      Row row{{}, line.number, line.text};
      auto json = read_json(line.text, {.bytes_max = line.text.size(), .depth_max = kDepthMax});
      if (!json) {
        refuse(Disposition::Reject, json.error().reason, row, "", json.error().seen, file);
        continue;
      }
      row.json = *std::move(json);
      rows.push_back(std::move(row));
    }
    return rows;
  }

  static std::int64_t attempt_of(const Row& row) {
    const Json* attempt = row.json.find("attempt");
    return attempt == nullptr ? 0 : raw_of_float(attempt->text, Round::Down).value_or(0);
  }

  void add_cost(const Row& row) {
    const Json* summary = row.json.find("cost_summary");
    if (summary == nullptr) return;  // income rows stand in the same file
    Cost& cost = costs_[text_of(row.json, "task_id")];
    const Json* total = summary->find("total_cost");
    const auto raw = total == nullptr ? std::nullopt : raw_of_float(total->text, Round::Up);
    const bool added = raw && *raw >= 0 && !__builtin_add_overflow(cost.raw, *raw, &cost.raw);
    cost.broken = cost.broken || !added;
    const std::string start = text_of(row.json, "timestamp_start");
    const std::string end = text_of(row.json, "timestamp_end");
    if (cost.started_at.empty() || start < cost.started_at) cost.started_at = start;
    cost.ended_at = std::max(cost.ended_at, end);
  }

  // `2026-02-21T08:14:39.894252` and the configured zone.
  [[nodiscard]] Reason time_of(const std::string& text, UnixNanos& out) const {
    const int offset = *records_.utc_offset_minutes;
    const auto two = [](int value) {
      return std::string(value < 10 ? "0" : "") + std::to_string(value);
    };
    const int minutes = std::abs(offset);
    const std::string zone = (offset < 0 ? "-" : "+") + two(minutes / 60) + ":" + two(minutes % 60);
    return contracts::parse_date_time(text + zone, out);
  }

  [[nodiscard]] Json metadata(std::string_view money) const {
    Json object;
    object.kind = Json::Kind::Object;
    const auto put = [&](std::string_view name, std::string text) {
      Json value;
      value.kind = Json::Kind::String;
      value.text = std::move(text);
      object.members.push_back({std::string(name), std::move(value)});
    };
    put("agent", records_.agent);
    put("money_earned_usd", std::string(money));
    put("sha256_token_costs", to_hex(sha256(bytes_of(records_.token_costs))));
    put("sha256_task_completions", to_hex(sha256(bytes_of(records_.task_completions))));
    if (!records_.balance.empty()) {
      put("sha256_balance", to_hex(sha256(bytes_of(records_.balance))));
    }
    return object;
  }

  void add_run(const std::string& task, const Row& row) {
    const auto hold = [&](Reason reason, std::string_view field, std::string_view seen) {
      refuse(Disposition::Quarantine, reason, row, field, seen);
    };
    const auto reject = [&](Reason reason, std::string_view field, std::string_view seen) {
      refuse(Disposition::Reject, reason, row, field, seen);
    };
    if (records_.provider_path.empty()) return hold(Reason::FieldMissing, "provider_path", "");
    if (records_.governed && records_.provider_path.front() != records_.gateway) {
      return reject(Reason::FieldValue, "provider_path", records_.provider_path.front());
    }
    if (!records_.utc_offset_minutes) return hold(Reason::FieldMissing, "utc_offset_minutes", "");
    const auto cost = costs_.find(task);
    if (cost == costs_.end() || cost->second.broken) {
      return hold(Reason::FieldMissing, "total_cost_usd", task);
    }
    const Json* score = row.json.find("evaluation_score");
    if (score == nullptr) return reject(Reason::FieldMissing, "evaluation_score", "");
    const auto quality = raw_of_float(score->text, Round::Down);
    if (!quality || *quality < 0 || *quality > Rate::kScale) {
      return reject(Reason::FieldOutOfRange, "evaluation_score", score->text);
    }
    contracts::EconomicRun run;
    if (const Reason bad = time_of(cost->second.started_at, run.started_at); bad != Reason::None) {
      return reject(bad, "timestamp_start", cost->second.started_at);
    }
    if (const Reason bad = time_of(cost->second.ended_at, run.ended_at); bad != Reason::None) {
      return reject(bad, "timestamp_end", cost->second.ended_at);
    }
    const std::string stamp = text_of(row.json, "timestamp");
    const std::string id = records_.agent + '\n' + task + '\n' +
                           std::to_string(attempt_of(row) / Rate::kScale) + '\n' + stamp + '\n';
    run.run_id = to_hex(sha256(bytes_of(id)));
    run.benchmark = "clawwork-livebench";
    run.scenario = task;
    run.quality_score = Rate::from_raw(*quality);
    run.success = is_true(row.json, "work_submitted") && run.quality_score >= kPassScore &&
                  !errors_.contains(task);
    run.total_cost_usd = Notional::from_raw(cost->second.raw);
    run.provider_path = records_.provider_path;
    const Json* money = row.json.find("money_earned");
    run.metadata = metadata(money == nullptr ? "" : std::string_view(money->text));
    out_.runs.push_back(std::move(run));
  }

  const ClawWorkRecords& records_;
  EconomicIntake out_;
  std::map<std::string, Cost> costs_;  // by task
  std::set<std::string> errors_;       // tasks with an api_error
};

}  // namespace

std::optional<std::int64_t> raw_of_float(std::string_view text, Round round) {
  const std::size_t e = std::min(text.find_first_of("eE"), text.size());
  int exponent = 0;
  if (e < text.size()) {
    std::string_view digits = text.substr(e + 1);
    if (digits.starts_with('+')) digits.remove_prefix(1);
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
    const bool whole = parsed.ec == std::errc() && parsed.ptr == digits.data() + digits.size();
    if (!whole || exponent < -400 || exponent > 400) return std::nullopt;
  }
  std::string_view mantissa = text.substr(0, e);
  const bool negative = mantissa.starts_with('-');
  if (negative) mantissa.remove_prefix(1);
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  std::string digits(mantissa.substr(0, point));
  if (point < mantissa.size()) digits += mantissa.substr(point + 1);
  const bool plain = !digits.empty() && digits.find_first_not_of("0123456789") == digits.npos;
  if (!plain || point == 0) return std::nullopt;
  // The decimal point of the result stands behind this many digits, counted in units of 1e-8.
  const std::ptrdiff_t kept = static_cast<std::ptrdiff_t>(point) + exponent + 8;
  if (kept > static_cast<std::ptrdiff_t>(digits.size())) {
    digits.append(static_cast<std::size_t>(kept) - digits.size(), '0');
  }
  const std::size_t whole = kept < 0 ? 0 : static_cast<std::size_t>(kept);
  const bool rest = digits.find_first_not_of('0', whole) != digits.npos;
  std::int64_t raw = 0;
  for (const char c : digits.substr(0, whole)) {
    if (__builtin_mul_overflow(raw, std::int64_t{10}, &raw)) return std::nullopt;
    if (__builtin_add_overflow(raw, std::int64_t{c - '0'}, &raw)) return std::nullopt;
  }
  const bool away = rest && ((round == Round::Up) != negative);
  if (away && __builtin_add_overflow(raw, std::int64_t{1}, &raw)) return std::nullopt;
  return negative ? -raw : raw;
}

EconomicIntake read_economic_runs(const ClawWorkRecords& records) {
  return Builder(records).build();
}

}  // namespace clawgate::signals
