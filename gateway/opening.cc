// SPDX-License-Identifier: Apache-2.0
#include "gateway/opening.h"

#include <string>
#include <utility>

#include "gateway/audit/soundness.h"
#include "gateway/version.h"
#include "schemas/names.h"
#include "schemas/record_json.h"

namespace clawgate::gateway {
namespace {

/// What is open at one venue, in one account, can be neither watched nor sold at another.
std::optional<Error> refuse_elsewhere(const State& state, const SessionOpened& next) {
  for (const Trade& trade : state.live()) {
    const bool open = trade.hold == HoldState::Released && !trade.finished();
    if (!open) continue;
    if (trade.order.venue == next.venue && trade.order.account == next.account) continue;
    const bool at_venue = trade.order.venue == next.venue;
    const auto place = [&](VenueKind venue, AccountId account) {
      return at_venue ? "account " + std::to_string(account.value()) : std::string(word(venue));
    };
    std::string seen = place(next.venue, next.account);
    seen += ", and trade " + std::to_string(trade.id().value()) + " in ";
    seen.append(trade.order.symbol.view()).append(at_venue ? " is open in " : " is open at ");
    seen += place(trade.order.venue, trade.order.account) +
            ": close it there first, or take another data directory";
    return Error{Reason::ConfigConflict, at_venue ? "account" : "venue", std::move(seen)};
  }
  return std::nullopt;
}

}  // namespace

Result<OpenJournal> open_journal(const DataDirectory& directory, const Config& config, Entropy& ids,
                                 State& state, std::optional<std::size_t> group_bytes,
                                 const RecordSeen& seen) {
  auto store = journal::PosixStore::create(directory.journal());
  if (!store) return store.error();
  journal::Journal::Options options;
  options.journal_id = ids.nonce();
  options.engine_version = Text<64>(kVersion);
  options.configuration = sha256(bytes_of(to_yaml(config)));
  if (group_bytes) options.group_bytes = *group_bytes;
  SystemEntropy().fill(options.checkpoint_seed);
  std::optional<Error> undecodable;
  auto journal = journal::Journal::open(**store, options, [&](const journal::RecordView& record) {
    if (seen) seen(record);
    if (undecodable) return;
    const std::string wrong = audit::fold_objection(state, record.type, record.payload);
    if (wrong.empty() && state.fold(record.type, record.payload, record.time)) return;
    undecodable =
        Error{Reason::JournalRecord, "sequence " + std::to_string(record.seq.value()),
              std::string(record_name(record.type)) + (wrong.empty() ? "" : ": " + wrong)};
  });
  if (!journal) return journal.error();
  if (undecodable) return *undecodable;
  if (auto error = refuse_elsewhere(state, config.session)) return *error;
  return OpenJournal{std::move(*store), std::move(*journal)};
}

std::string words_of_unsigned(const journal::Journal& journal) {
  const auto& why = journal.unsigned_because();
  return why ? "no checkpoint can be signed; the journal is whole: " + to_text(*why) : "";
}

std::string words_of_recovery(const journal::Journal& journal) {
  const std::uint64_t torn = journal.recovery().torn_bytes;
  return torn == 0 ? "" : "journal: cut a torn tail of " + std::to_string(torn) + " bytes";
}

SessionOpened session_opened(const DataDirectory& directory, const Config& config,
                             const journal::Journal& journal) {
  SessionOpened session = config.session;
  session.engine_version = Text<32>(kVersion);
  session.id_epoch = Text<4>(crockford(journal.journal_id().bytes, 4));
  session.clean_start = directory.was_clean();
  session.configuration = sha256(bytes_of(to_yaml(config)));
  return session;
}

}  // namespace clawgate::gateway
