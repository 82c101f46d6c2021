// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/show.h"

#include <ostream>
#include <string>
#include <vector>

#include "gateway/audit/records.h"
#include "gateway/audit/touch.h"
#include "governance/journal/reader.h"
#include "schemas/record_json.h"
#include "schemas/strict_json.h"

namespace clawgate::audit {
namespace {

constexpr std::size_t kHexShown = 12;  // of a digest, on a line for people

bool is_digest(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

void append_text(const Json& value, std::string& line);

void append_members(const Json& object, std::string& line) {
  for (const JsonMember& member : object.members) {
    const bool empty = member.value.is(Json::Kind::Null) ||
                       (member.value.is(Json::Kind::String) && member.value.text.empty());
    if (empty || member.name == "record") continue;
    if (!line.empty() && line.back() != '{') line += ' ';
    line += member.name + "=";
    append_text(member.value, line);
  }
}

/// A record's JSON for the eye: key=value, what is empty left out, digests cut.
void append_text(const Json& value, std::string& line) {
  switch (value.kind) {
    case Json::Kind::Null:
      return;
    case Json::Kind::Bool:
      line += value.boolean ? "yes" : "no";
      return;
    case Json::Kind::Number:
      line += value.text;
      return;
    case Json::Kind::String:
      if (is_digest(value.text)) {
        line += value.text.substr(0, kHexShown) + "..";
      } else if (value.text.find(' ') != std::string::npos) {
        append_json_string(line, value.text);
      } else {
        line += value.text;
      }
      return;
    case Json::Kind::Array:
      line += '[';
      for (const Json& item : value.items) {
        if (line.back() != '[') line += ' ';
        append_text(item, line);
      }
      line += ']';
      return;
    case Json::Kind::Object:
      line += '{';
      append_members(value, line);
      line += '}';
      return;
  }
}

std::string text_line(const journal::RecordView& record) {
  std::string fields;
  if (const auto json = read_json(record_json(record.type, record.payload))) {
    append_members(*json, fields);
  }
  const std::string_view known = record_name(record.type);
  const std::string name =
      known == "?" ? "type " + std::to_string(record.type) : std::string(known);
  return time_text(record.time.value()) + " " + std::to_string(record.seq.value()) + " " + name +
         (fields.empty() ? "" : " ") + fields;
}

std::string json_line(const journal::RecordView& record, const Digest& hash) {
  return "{\"seq\":" + std::to_string(record.seq.value()) +
         ",\"time\":" + json_quote(time_text(record.time.value())) +
         ",\"hash\":" + json_quote(to_hex(hash)) + "," +
         record_json(record.type, record.payload).substr(1);
}

/// Prints what the options ask for, and an input when a record that it caused is printed.
class Printer {
 public:
  Printer(const ShowOptions& options, std::ostream& out) : options_(options), out_(out) {
    if (options.hold) touch_.emplace(*options.hold);
  }

  void take(const journal::RecordView& record, const Digest& hash) {
    if (!touch_) return print(record, hash);
    const bool touched = (*touch_)(record.type, record.payload);
    if (is_input(record.type) && !touched) return keep(record, hash);
    if (!touched) return;
    if (!is_input(record.type) && cause_) {
      cause_->record.payload = cause_->payload;
      print(cause_->record, cause_->hash);
    }
    cause_.reset();
    print(record, hash);
  }

 private:
  struct Cause {
    journal::RecordView record;
    std::vector<std::uint8_t> payload;
    Digest hash;
  };

  void keep(const journal::RecordView& record, const Digest& hash) {
    cause_ = Cause{record, {record.payload.begin(), record.payload.end()}, hash};
  }
  void print(const journal::RecordView& record, const Digest& hash) {
    if (record.seq < options_.from || (options_.type && record.type != *options_.type)) return;
    out_ << (options_.json ? json_line(record, hash) : text_line(record)) << '\n';
  }

  const ShowOptions& options_;
  std::ostream& out_;
  std::optional<HoldTouch> touch_;
  std::optional<Cause> cause_;  // the input of the facts that come, not printed yet
};

}  // namespace

std::optional<Finding> show(journal::Store& store, const ShowOptions& options, std::ostream& out) {
  using Step = journal::JournalReader::Step;
  journal::JournalReader reader(store);
  Printer printer(options, out);
  // A hold's orders are learned from its first record on.
  Step step = options.hold ? reader.next() : reader.skip_unverified_to(options.from);
  for (; step == Step::Record; step = reader.next()) {
    if (options.to && reader.record().seq > *options.to) return std::nullopt;
    printer.take(reader.record(), reader.chain().hash);
  }
  if (step == Step::Damage) return from_damage(reader.damage());
  const auto sidecar = journal::read_checkpoints(store);
  const auto newest = sidecar ? journal::newest_checkpoint(*sidecar) : sidecar.error();
  return newest && *newest ? lost_behind(**newest, reader.chain().seq) : std::nullopt;
}

}  // namespace clawgate::audit
