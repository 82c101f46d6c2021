// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <charconv>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "gateway/eval/trading_desk.h"
#include "schemas/contracts/asset_profile.h"
#include "schemas/contracts/decision.h"
#include "schemas/contracts/execution_gateway.h"
#include "schemas/contracts/execution_report.h"
#include "schemas/contracts/hitl_command.h"
#include "schemas/contracts/order_intent.h"
#include "schemas/contracts/position_snapshot.h"
#include "schemas/contracts/pre_live_checklist.h"
#include "schemas/contracts/pre_trade_validator.h"
#include "schemas/contracts/signal_intent.h"
#include "schemas/core/read_file.h"

// The cases about documents: what a contract's schema demands, and what its decoder makes of one
// of its example documents with something changed.

namespace clawgate::eval {
namespace {

using Json = nlohmann::ordered_json;

template <auto kDecode>
Error error_of(std::string_view text) {
  const auto result = kDecode(text);
  return result ? Error{} : result.error();
}

Error signal_error(std::string_view text) {
  contracts::SignalDecoder decoder;
  const auto result = decoder.decode(text);
  return result ? Error{} : result.error();
}

struct ContractRow {
  std::string_view name;
  Error (*error)(std::string_view);
};

constexpr auto kContracts = std::to_array<ContractRow>({
    {"asset_profile", error_of<contracts::decode_asset_profile>},
    {"decision", error_of<contracts::decode_decision>},
    {"execution_gateway", error_of<contracts::decode_execution_gateway>},
    {"execution_report", error_of<contracts::decode_execution_report>},
    {"hitl_command", error_of<contracts::decode_hitl_command>},
    {"order_intent", error_of<contracts::decode_order_intent>},
    {"position_snapshot", error_of<contracts::decode_position_snapshot>},
    {"pre_live_checklist", error_of<contracts::decode_pre_live_checklist>},
    {"pre_trade_validator", error_of<contracts::decode_pre_trade_validator>},
    {"signal_intent", signal_error},
});

const ContractRow* contract_named(std::string_view name) {
  for (const ContractRow& row : kContracts) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

std::string constant(const Json& schema, const char* field) {
  const auto& properties = schema.at("properties");
  if (!properties.contains(field)) return "none";
  return properties.at(field).value("const", "none");
}

// As text with every number in plain digits: the contracts take no exponents, which a shortest
// form has.
std::string dump(const Json& value) {
  if (value.is_number_float()) {
    std::array<char, 512> room;
    const auto end =
        std::to_chars(room.begin(), room.end(), value.get<double>(), std::chars_format::fixed);
    return {room.begin(), end.ptr};
  }
  if (!value.is_structured()) return value.dump();
  std::string text;
  for (const auto& [name, member] : value.items()) {
    if (!text.empty()) text += ",";
    if (value.is_object()) text += Json(name).dump() + ":";
    text += dump(member);
  }
  return value.is_object() ? "{" + text + "}" : "[" + text + "]";
}

std::string describe(const Json& schema, const std::string& bytes) {
  std::string text = "schema_version=" + constant(schema, "schema_version") +
                     " contract_version=" + constant(schema, "contract_version");
  text += schema.value("additionalProperties", true) ? " open=yes" : " closed=yes";
  const Json required = schema.value("required", Json::array());
  text += " required=" + std::to_string(required.size());
  for (const auto& name : required) text += " requires=" + name.get<std::string>();
  for (const auto& [name, rule] : schema.at("properties").items()) text += " has=" + name;
  return text + " sha256=" + to_hex(sha256(bytes_of(bytes)));
}

}  // namespace

// contract NAME: what its schema demands.
std::optional<Failure> TradingDesk::contract(const Line& line) {
  const auto bytes =
      read_whole_file(root_ + "/schemas/json/" + std::string(line.word(1)) + ".schema.json");
  if (line.words.size() != 2 || !bytes) return not_understood(line, "contract NAME");
  const Json schema = Json::parse(*bytes, nullptr, false);
  if (!schema.is_object() || !schema.contains("properties")) {
    contract_ = "none";
    return std::nullopt;
  }
  contract_ = describe(schema, *bytes);
  return std::nullopt;
}

// document CONTRACT full|minimal [without FIELD]... [with FIELD VALUE]...: an example document of
// the contract, changed, before its decoder. VALUE is JSON without spaces.
std::optional<Failure> TradingDesk::document(const Line& line) {
  const auto refuse = [&] {
    return not_understood(line, "document CONTRACT full|minimal [without FIELD] [with FIELD JSON]");
  };
  const ContractRow* const row = contract_named(line.word(1));
  const std::string name(line.word(2));
  if (row == nullptr || (name != "full" && name != "minimal")) return refuse();
  const auto bytes = read_whole_file(root_ + "/schemas/json/fixtures/" + std::string(row->name) +
                                     "/good/" + name + ".json");
  Json document = Json::parse(bytes ? *bytes : std::string(), nullptr, false);
  if (!document.is_object()) return refuse();
  for (std::size_t i = 3; i < line.words.size(); ++i) {
    const std::string field(line.word(i + 1));
    if (line.word(i) == "without" && document.contains(field)) {
      document.erase(field);
      i += 1;
    } else if (line.word(i) == "with" && i + 2 < line.words.size()) {
      document[field] = Json::parse(line.words[i + 2], nullptr, false);
      if (document[field].is_discarded()) return refuse();
      i += 2;
    } else {
      return refuse();
    }
  }
  const Error error = row->error(dump(document));
  document_ = error.reason == Reason::None
                  ? "valid"
                  : std::string(info(error.reason).code) + " at=" + error.field;
  return std::nullopt;
}

// pipeline FILE: the words of a script, comments left out.
std::optional<Failure> TradingDesk::pipeline(const Line& line) {
  const auto text = read_whole_file(root_ + "/" + std::string(line.word(1)));
  if (line.words.size() != 2 || !text) return not_understood(line, "pipeline FILE");
  pipeline_.clear();
  std::istringstream lines(*text);
  for (std::string row; std::getline(lines, row);) {
    std::istringstream words(row.substr(0, row.find('#')));
    for (std::string word; words >> word;) {
      while (word.ends_with(';')) word.pop_back();
      pipeline_ += (pipeline_.empty() ? "runs=" : " runs=") + word;
    }
  }
  return std::nullopt;
}

}  // namespace clawgate::eval
