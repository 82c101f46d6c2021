// SPDX-License-Identifier: Apache-2.0
#include "schemas/record_json.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

#include "schemas/fact.h"
#include "schemas/names.h"
#include "schemas/trading_state.h"

namespace clawgate {
namespace {

std::string json_of(bool value) {
  return value ? "true" : "false";
}
template <std::integral T>
std::string json_of(T value) {
  return std::to_string(value);
}
template <class Enum>
requires std::is_enum_v<Enum> std::string json_of(Enum value) {
  return json_quote(word(value));
}
template <class Tag, class Rep>
std::string json_of(Strong<Tag, Rep> value) {
  return std::to_string(value.value());
}
std::string json_of(UnixNanos value) {
  return json_quote(time_text(value.value()));
}
template <class Tag>
std::string json_of(Decimal<Tag> value) {
  return json_quote(to_text(value));
}
template <std::size_t N>
std::string json_of(const Text<N>& value) {
  return json_quote(value.view());
}
std::string json_of(const Digest& value) {
  return json_quote(to_hex(value));
}
std::string json_of(const Nonce& value) {
  return json_quote(to_hex(Bytes(value.bytes)));
}
template <Record T>
std::string json_of(const T& record);
template <class T>
std::string json_of(const std::optional<T>& value) {
  return value ? json_of(*value) : "null";
}
template <class T, std::size_t N>
std::string json_of(const List<T, N>& list) {
  std::string text = "[";
  for (const T& item : list) {
    if (text.size() > 1) text += ",";
    text += json_of(item);
  }
  return text + "]";
}

/// A bit of a set that no row of its table names.
std::string unknown_bit(int bit) {
  return json_quote("UNKNOWN_" + std::to_string(bit));
}

std::string code_of_reason(int bit) {
  const ReasonInfo& row = info(static_cast<Reason>(bit));
  return row.reason == static_cast<Reason>(bit) ? json_quote(row.code) : unknown_bit(bit);
}

std::string code_of_block(int bit) {
  for (const BlockInfo& row : kBlocks) {
    if (static_cast<int>(row.block) == bit) return json_quote(row.code);
  }
  return unknown_bit(bit);
}

// Sets are kept as bits; told as the codes of their members they fit every reader's numbers.
std::string codes_of(std::uint64_t bits, std::string (*code)(int)) {
  std::string text = "[";
  for (int bit = 0; bit < 64; ++bit) {
    if ((bits >> static_cast<unsigned>(bit) & 1U) == 0) continue;
    if (text.size() > 1) text += ",";
    text += code(bit);
  }
  return text + "]";
}

template <class T>
std::string field_json(std::string_view, const T& field) {
  return json_of(field);
}
std::string field_json(std::string_view name, const std::uint64_t& field) {
  return name == "reasons" ? codes_of(field, &code_of_reason) : json_of(field);
}
std::string field_json(std::string_view name, const std::uint32_t& field) {
  return name == "blocks" ? codes_of(field, &code_of_block) : json_of(field);
}

template <class T>
std::string fields_of(const T& record) {
  std::string text;
  T::visit(record, [&](const char* name, const auto& field) {
    if (!text.empty()) text += ",";
    text += json_quote(name) + ":" + field_json(name, field);
  });
  return text;
}

template <Record T>
std::string json_of(const T& record) {
  return "{" + fields_of(record) + "}";
}

template <class T>
std::string decoded_fields(Bytes payload) {
  const auto record = decode<T>(payload);
  return record ? fields_of(*record) : "\"undecodable\":" + json_quote(to_hex(payload));
}

struct Row {
  std::uint16_t type;
  std::string_view name;
  std::string (*fields)(Bytes);
};

#define CLAWGATE_ROW(T)              \
  Row {                              \
    T::kType, #T, &decoded_fields<T> \
  }
constexpr std::array kRows = {
    CLAWGATE_ROW(SessionOpened),
    CLAWGATE_ROW(Limits),
    CLAWGATE_ROW(Instrument),
    CLAWGATE_ROW(BalanceReported),
    CLAWGATE_ROW(MarketTop),
    CLAWGATE_ROW(SignalIntent),
    CLAWGATE_ROW(SignalRefused),
    CLAWGATE_ROW(OperatorCommand),
    CLAWGATE_ROW(ExecutionReport),
    CLAWGATE_ROW(HandedOff),
    CLAWGATE_ROW(KillAcknowledged),
    CLAWGATE_ROW(TimePassed),
    CLAWGATE_ROW(ConditionReported),
    CLAWGATE_ROW(ClockStepped),
    CLAWGATE_ROW(Operator),
    CLAWGATE_ROW(SignalDecided),
    CLAWGATE_ROW(CandidateHeld),
    CLAWGATE_ROW(RiskVerdict),
    CLAWGATE_ROW(HoldMoved),
    CLAWGATE_ROW(OrderIntent),
    CLAWGATE_ROW(OrderMoved),
    CLAWGATE_ROW(FillApplied),
    CLAWGATE_ROW(ProtectionMoved),
    CLAWGATE_ROW(ProtectiveIssued),
    CLAWGATE_ROW(CommandDecided),
    CLAWGATE_ROW(BlockChanged),
    CLAWGATE_ROW(CancelIssued),
    CLAWGATE_ROW(QueryIssued),
    CLAWGATE_ROW(DayTurned),
    CLAWGATE_ROW(ViolationRecorded),
    CLAWGATE_ROW(TradeClosed),
    CLAWGATE_ROW(LimitsProposed),
    CLAWGATE_ROW(DecisionRecorded),
    CLAWGATE_ROW(LimitsDecided),
    CLAWGATE_ROW(EngineHeartbeat),
    CLAWGATE_ROW(CauseReported),
    CLAWGATE_ROW(DayBased),
    CLAWGATE_ROW(PeakMoved),
    CLAWGATE_ROW(IncidentOpened),
    CLAWGATE_ROW(EngineModeChanged),
    CLAWGATE_ROW(PositionSnapshotTaken),
    CLAWGATE_ROW(OpenOrdersSnapshotTaken),
    CLAWGATE_ROW(ProtectiveActionTaken),
    CLAWGATE_ROW(ReductionMoved),
    CLAWGATE_ROW(UnknownClosed),
    CLAWGATE_ROW(LedgerAnchored),
    CLAWGATE_ROW(BalanceMoved),
    CLAWGATE_ROW(MovementFound),
};
#undef CLAWGATE_ROW

constexpr std::uint16_t kSegmentOpen = 1;  // the journal's own record

const Row* row_of(std::uint16_t type) {
  const auto* const at =
      std::find_if(kRows.begin(), kRows.end(), [&](const Row& row) { return row.type == type; });
  return at == kRows.end() ? nullptr : at;
}

}  // namespace

std::string record_json(std::uint16_t type, Bytes payload) {
  const Row* const row = row_of(type);
  if (row == nullptr) {
    return "{\"record\":" + json_quote(record_name(type)) + ",\"type\":" + std::to_string(type) +
           ",\"bytes\":" + json_quote(to_hex(payload)) + "}";
  }
  const std::string fields = row->fields(payload);
  return "{\"record\":" + json_quote(row->name) + (fields.empty() ? "" : ",") + fields + "}";
}

std::string_view record_name(std::uint16_t type) {
  if (type == kSegmentOpen) return "SegmentOpen";
  const Row* const row = row_of(type);
  return row == nullptr ? "?" : row->name;
}

std::string time_text(std::int64_t unix_nanos) {
  std::int64_t seconds = unix_nanos / 1'000'000'000;
  std::int64_t nanos = unix_nanos % 1'000'000'000;
  if (nanos < 0) {
    nanos += 1'000'000'000;
    --seconds;
  }
  std::tm utc{};
  const std::time_t time = seconds;
  gmtime_r(&time, &utc);
  std::array<char, 96> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%09dZ", utc.tm_year + 1900,
                utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec,
                static_cast<int>(nanos));
  return text.data();
}

std::string json_quote(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      std::array<char, 8> escape{};
      std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(c));
      quoted += escape.data();
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

}  // namespace clawgate
