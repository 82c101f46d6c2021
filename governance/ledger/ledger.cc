// SPDX-License-Identifier: Apache-2.0
#include "governance/ledger/ledger.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "schemas/contracts/date_time.h"

namespace clawgate::governance {
namespace {

using contracts::FieldReader;
using contracts::FieldWriter;

constexpr std::size_t kLineBytesMax = 64 * 1024;

/// One line as it stands in the file.
struct Line {
  static constexpr bool kClosed = true;

  UnixNanos at;
  Json body;
  std::optional<Digest> entry_hash;
  std::string kind;
  Digest prev_hash;
  std::string seq;

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("at", self.at);
    field("body", self.body, contracts::list_rule(64));
    field("entry_hash", self.entry_hash);
    field("kind", self.kind, contracts::id_rule(32));
    field("prev_hash", self.prev_hash);
    field("seq", self.seq, contracts::id_rule(20));
  }
};

Digest hash_of(Line line) {
  line.entry_hash.reset();
  return sha256(bytes_of(contracts::encode_contract(line)));
}

/// Reads the body as the alternative of that kind.
template <std::size_t kAt = 0>
Result<LedgerFact> read_fact(const std::string& kind, const Json& body) {
  if constexpr (kAt == std::variant_size_v<LedgerFact>) {
    return Error{Reason::FieldValue, "/kind", printable(kind)};
  } else {
    using Fact = std::variant_alternative_t<kAt, LedgerFact>;
    if (kind != Fact::kKind) return read_fact<kAt + 1>(kind, body);
    Fact fact;
    Error error;
    FieldReader::read_object(body, "/body", fact, error);
    if (error.reason != Reason::None) return error;
    return LedgerFact(std::move(fact));
  }
}

Error chain_error(std::uint64_t line, std::string_view field, std::string seen) {
  return {Reason::LedgerChain, "line " + std::to_string(line) + ", " + std::string(field),
          std::move(seen)};
}

/// `head` moves on to this line.
Result<LedgerEntry> read_line(std::string_view text, LedgerHead& head) {
  const LedgerHead before = head;
  const std::uint64_t number = before.seq + 1;
  const auto line = contracts::decode_contract<Line>(text);
  if (!line) return chain_error(number, line.error().field, line.error().seen);
  if (line->prev_hash != before.hash)
    return chain_error(number, "/prev_hash", to_hex(line->prev_hash));
  if (line->entry_hash != hash_of(*line)) return chain_error(number, "/entry_hash", "");
  if (line->seq != std::to_string(number)) return chain_error(number, "/seq", line->seq);
  if (line->at < before.at) {
    return chain_error(number, "/at", contracts::to_date_time(line->at));
  }
  auto fact = read_fact(line->kind, line->body);
  if (!fact) return chain_error(number, fact.error().field, fact.error().seen);
  head = {number, *line->entry_hash, line->at};
  return LedgerEntry{number, line->at, std::move(*fact), head.hash};
}

}  // namespace

Result<LedgerLine> next_line(const LedgerHead& head, const LedgerFact& fact, UnixNanos at) {
  Line line;
  line.at = std::max(at, head.at);
  std::visit(
      [&](const auto& one) {
        line.kind = std::string(one.kKind);
        line.body = FieldWriter::write(one);
      },
      fact);
  line.prev_hash = head.hash;
  line.seq = std::to_string(head.seq + 1);
  line.entry_hash = hash_of(line);
  const std::string text = contracts::encode_contract(line);
  if (text.size() > kLineBytesMax) {
    return Error{Reason::InputTooLarge, "/body", std::to_string(text.size()) + " bytes"};
  }
  auto readable = read_fact(line.kind, line.body);
  if (!readable) return readable.error();
  return LedgerLine{text + "\n", {head.seq + 1, *line.entry_hash, line.at}};
}

Result<LedgerText> read_ledger(std::string_view text) {
  LedgerText read;
  while (read.whole_bytes < text.size()) {
    const std::size_t end = text.find('\n', read.whole_bytes);
    if (end == std::string_view::npos) break;
    const std::string_view line = text.substr(read.whole_bytes, end - read.whole_bytes);
    auto entry = read_line(line, read.head);
    if (!entry) return entry.error();
    read.entries.push_back(std::move(*entry));
    read.whole_bytes = end + 1;
  }
  return read;
}

std::optional<Error> contradiction(std::span<const Digest> hashes, const LedgerAnchored& anchor) {
  if (anchor.seq == 0) return std::nullopt;
  const std::string entry = "ledger.jsonl entry " + std::to_string(anchor.seq);
  if (anchor.seq > hashes.size()) {
    return Error{Reason::LedgerCut, entry, "it has " + std::to_string(hashes.size())};
  }
  const Digest& there = hashes[anchor.seq - 1];
  if (there == anchor.hash) return std::nullopt;
  return Error{Reason::LedgerRewritten, entry, to_hex(there)};
}

}  // namespace clawgate::governance
