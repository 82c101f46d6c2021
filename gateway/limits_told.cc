// SPDX-License-Identifier: Apache-2.0
#include "gateway/limits_told.h"

#include <string_view>
#include <type_traits>
#include <vector>

#include "gateway/report/timeline.h"
#include "governance/journal/posix_store.h"
#include "governance/journal/reader.h"
#include "risk/limits_change.h"
#include "schemas/fact_risk.h"
#include "schemas/governed.h"
#include "schemas/names.h"

namespace clawgate::gateway {
namespace {

/// As `limits propose --set` takes it; nothing for what only a file can say.
template <class Value>
std::optional<std::string> plain(const Value& value) {
  if constexpr (std::is_same_v<Value, bool>) {
    return value ? "true" : "false";
  } else if constexpr (std::is_integral_v<Value>) {
    return std::to_string(value);
  } else if constexpr (std::is_same_v<Value, RampLevel>) {
    return std::string(word(value));
  } else if constexpr (std::is_same_v<Value, Rate> || std::is_same_v<Value, Notional>) {
    return to_text(value);
  } else {
    return std::nullopt;
  }
}

struct Setting {
  std::string_view name;
  std::optional<std::string> value;
};

std::vector<Setting> settings_of(const Limits& limits) {
  std::vector<Setting> rows;
  Limits::visit(limits, [&](std::string_view name, const auto& value) {
    rows.push_back({name, plain(value)});
  });
  return rows;
}

/// The proposal that asks a running gateway for the same.
std::string proposal(const Limits& in_force, const Limits& configured, const std::string& data) {
  const std::vector<Setting> before = settings_of(in_force);
  const std::vector<Setting> after = settings_of(configured);
  std::string sets;
  for (std::size_t i = 0; i < after.size(); ++i) {
    if (after[i].value == before[i].value) continue;
    sets.append(" --set ").append(after[i].name).append("=").append(*after[i].value);
  }
  Limits listed = in_force;
  listed.symbols = configured.symbols;
  listed.engines = configured.engines;
  listed.weights = configured.weights;
  if (!same_limits(in_force, listed))
    sets = " FILE (the document of `clawgate limits show --json`, changed)";
  return "clawgate limits propose" + sets + " --data " + data;
}

std::string next_step(const Limits& in_force, const Limits& configured, const std::string& data) {
  const bool more = !risk::loosened(in_force, configured).empty();
  if (!data.empty()) {
    return proposal(in_force, configured, data) +
           (more ? " opens the decision that this needs" : " brings it into force");
  }
  if (more) return "a data directory of its own, or one whose journal permits it by a decision";
  return "limits.version: " + std::to_string(in_force.version.value() + 1) +
         " in the configuration brings it into force";
}

/// The first document of a journal was refused: there is none to stay.
std::string words_of_none(const Limits& configured, Reason why) {
  std::string text =
      "no limits are in force, so every signal is denied: the configuration's were "
      "refused, " +
      std::string(info(why).code) + ": " + std::string(info(why).meaning);
  const std::string_view field = risk::out_of_range(configured);
  if (why == Reason::LimitsOutOfRange && !field.empty()) {
    text.append(" It is ").append(field).append(".");
  }
  return text + " Next: correct the configuration, and start again";
}

}  // namespace

bool same_limits(const std::optional<Limits>& in_force, const Limits& configured) {
  if (!in_force) return false;
  Limits now = *in_force;
  now.version = configured.version;
  Sha256 hasher;
  return subject_of(now, hasher) == subject_of(configured, hasher);
}

Result<Reason> limits_refused(const std::string& journal, Seq from) {
  const auto store = journal::PosixStore::open_existing(journal);
  if (!store) return store.error();
  journal::JournalReader reader(**store);
  Reason newest = Reason::None;
  using Step = journal::JournalReader::Step;
  Step at = reader.skip_unverified_to(from);
  for (; at == Step::Record; at = reader.next()) {
    if (reader.record().type != LimitsDecided::kType) continue;
    const auto fact = decode<LimitsDecided>(reader.record().payload);
    if (fact) newest = fact->reason;
  }
  if (at == Step::Damage) return to_error(reader.damage());
  return {boost::system::in_place_value, newest};  // g++: an Error can be made of a Reason too
}

std::string words_of_refused_limits(const std::optional<Limits>& in_force, const Limits& configured,
                                    Reason why, const std::string& data) {
  if (!in_force) return words_of_none(configured, why);
  std::string differ;
  for (const std::string& change : report::changes(*in_force, configured)) {
    differ += (differ.empty() ? "" : "; ") + change;
  }
  return "the configuration's limits are not in force, " + std::string(info(why).code) + ": " +
         std::string(info(why).meaning) + " Version " + std::to_string(in_force->version.value()) +
         " of the journal stays, without: " + differ +
         ". Next: " + next_step(*in_force, configured, data);
}

}  // namespace clawgate::gateway
