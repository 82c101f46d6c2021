// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/contracts.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include "schemas/contracts/asset_class_validator.h"
#include "schemas/contracts/asset_profile.h"
#include "schemas/contracts/decision.h"
#include "schemas/contracts/decision_request.h"
#include "schemas/contracts/economic_run.h"
#include "schemas/contracts/execution_gateway.h"
#include "schemas/contracts/execution_report.h"
#include "schemas/contracts/hitl_command.h"
#include "schemas/contracts/incident.h"
#include "schemas/contracts/order_intent.h"
#include "schemas/contracts/position_snapshot.h"
#include "schemas/contracts/pre_live_checklist.h"
#include "schemas/contracts/pre_trade_validator.h"
#include "schemas/contracts/shadow_mode_review.h"
#include "schemas/contracts/signal_intent.h"
#include "schemas/contracts/venue_adapter.h"
#include "schemas/strict_json.h"

namespace clawgate::conformance {
namespace {

template <auto kDecode>
Error error_of(std::string_view text) {
  const auto result = kDecode(text);
  return result ? Error{} : result.error();
}

template <auto kDecode>
std::string reencoded(std::string_view text) {
  return encode(kDecode(text).value());
}

contracts::SignalDecoder& signal_decoder() {
  static contracts::SignalDecoder decoder;  // reused, as on the hot path
  return decoder;
}

Error decode_signal(std::string_view text) {
  const auto result = signal_decoder().decode(text);
  return result ? Error{} : result.error();
}

std::string reencode_signal(std::string_view text) {
  const contracts::SignalDocument& document = *signal_decoder().decode(text).value();
  return contracts::encode(document.intent, document.thesis);
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != text.npos;
}

}  // namespace

void PrintTo(const ContractRow& contract, std::ostream* out) {
  *out << contract.name;
}

const std::vector<ContractRow>& contracts() {
  static const std::vector<ContractRow> kRows = {
      {"asset_profile", "1.0", "d8e9bcd1cffc1f4850ca0edf19f1b339907754019d37648a97dacb6605f7d279",
       error_of<contracts::decode_asset_profile>, reencoded<contracts::decode_asset_profile>},
      {"decision", "1.4", "1e5f63ed3771a4d4f9136787bf39439e915ff312e9f34a30da6a8e52260f69e5",
       error_of<contracts::decode_decision>, reencoded<contracts::decode_decision>},
      {"economic_run", "1.0", "e53fa35e3012349a55e388dcf7c08d08f6d6cffdb628fafd164183af27eb753c",
       error_of<contracts::decode_economic_run>, reencoded<contracts::decode_economic_run>},
      {"execution_gateway", "1.0",
       "666853831d13c47399c7811cbb8148492b23de592b060def33179d1b955e4982",
       error_of<contracts::decode_execution_gateway>,
       reencoded<contracts::decode_execution_gateway>},
      {"execution_report", "1.0",
       "a0eb8b2f43aca972337dc3fa6fbc4066f4a7fe54fad269d778474c7590211494",
       error_of<contracts::decode_execution_report>, reencoded<contracts::decode_execution_report>},
      {"hitl_command", "1.0", "b2e4a2e27f198fa42330dc58827573d2522fa3391653616b8b29e14d685f8c89",
       error_of<contracts::decode_hitl_command>, reencoded<contracts::decode_hitl_command>},
      {"order_intent", "1.0", "94e2434a0e91db14403345475a1681e41a4749dd8c4e6daeb02b458d22406b48",
       error_of<contracts::decode_order_intent>, reencoded<contracts::decode_order_intent>},
      {"position_snapshot", "1.0",
       "095a1e0b366c8f66dfcaf3813636a7e2412e19c2cbad674cfe672f39cb92bb98",
       error_of<contracts::decode_position_snapshot>,
       reencoded<contracts::decode_position_snapshot>},
      {"pre_trade_validator", "1.0",
       "2a73607e6a31712471ac7dcb65dd4e56fe147f3b63d856a03134926b3b638550",
       error_of<contracts::decode_pre_trade_validator>,
       reencoded<contracts::decode_pre_trade_validator>},
      {"asset_class_validator", "1.0",
       "e89f52c4d1f5e3dce0a891223c9dbbe8ddd2728b48fd6b07cc1db282a71734c8",
       error_of<contracts::decode_asset_class_validator>,
       reencoded<contracts::decode_asset_class_validator>},
      {"decision_request", "1.0",
       "223fa96c6f4a86d89844891ec349e81d34424a29de860eb09ca1fc8ee4471314",
       error_of<contracts::decode_decision_request>, reencoded<contracts::decode_decision_request>},
      {"incident", "1.1", "89986d192aee78419f55c09efd13d04826f4d6d248ed44ef8cebba520bac6291",
       error_of<contracts::decode_incident>, reencoded<contracts::decode_incident>},
      {"pre_live_checklist", "1.0",
       "a3036faec2958e7bc75a37631ff0877382d431c45c146aca4ba5b2dd702c681c",
       error_of<contracts::decode_pre_live_checklist>,
       reencoded<contracts::decode_pre_live_checklist>},
      {"shadow_mode_review", "1.0",
       "76aba2b5e518873db156b3578938a40a92eafa1ee578ecf6958d8ef9429949e0",
       error_of<contracts::decode_shadow_mode_review>,
       reencoded<contracts::decode_shadow_mode_review>},
      {"venue_adapter", "1.0", "a2d4e21fb1d215c6c9157ceba779040563e7c6022ff4919ff04952055281bf0b",
       error_of<contracts::decode_venue_adapter>, reencoded<contracts::decode_venue_adapter>},
      {"signal_intent", "1.0", "4ea9717727f8d9766a301eadad669191ea2c329c478689eac6848eead01eb4b4",
       decode_signal, reencode_signal},
  };
  return kRows;
}

std::filesystem::path json_folder() {
  return std::filesystem::path(CLAWGATE_SOURCE_DIR) / "schemas" / "json";
}

std::filesystem::path schema_path(const ContractRow& contract) {
  return json_folder() / (std::string(contract.name) + ".schema.json");
}

std::vector<Fixture> fixtures(const ContractRow& contract, std::string_view kind) {
  std::vector<Fixture> found;
  const auto folder = json_folder() / "fixtures" / contract.name / kind;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    found.push_back({file.path().stem().string(), read_file(file.path())});
  }
  std::sort(found.begin(), found.end(),
            [](const Fixture& a, const Fixture& b) { return a.name < b.name; });
  return found;
}

Reason reason_in_name(const std::string& name) {
  std::string code = name.substr(0, name.find('-'));
  for (char& c : code) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return reason_of(code);
}

std::string read_file(const std::filesystem::path& path) {
  const std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::cerr << "cannot read " << path << "\n";
    std::abort();
  }
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

bool is_stricter(Reason reason, std::string_view text) {
  constexpr std::array kByThemselves = {
      Reason::JsonDuplicateKey, Reason::JsonTooDeep,    Reason::InputTooLarge,
      Reason::NotUtf8,          Reason::NumberExponent, Reason::NumberTooManyDecimals,
      Reason::NumberOutOfRange,
  };
  constexpr std::array<std::string_view, 8> kNoSuchDays = {
      "-02-29T", "-02-30T", "-02-31T", "-04-31T", "-06-31T", "-09-31T", "-11-31T", "\\u0",
  };
  constexpr auto kNotAscii = [](char c) { return static_cast<unsigned char>(c) >= 0x80; };
  const auto any = [&](std::string_view part) { return contains(text, part); };
  if (std::find(kByThemselves.begin(), kByThemselves.end(), reason) != kByThemselves.end()) {
    return true;
  }
  if (!read_json(text)) return true;  // a name twice: what is wrong with the first is seen first
  if (reason == Reason::DateTimeSyntax) {
    return std::any_of(kNoSuchDays.begin(), kNoSuchDays.end(), any);
  }
  if (reason == Reason::FieldOutOfRange) {
    return contains(text, "\"2000-01-01T") || contains(text, "\"2099-12-31T");
  }
  if (reason == Reason::FieldTooLong) {
    return contains(text, "\\u") || std::any_of(text.begin(), text.end(), kNotAscii);
  }
  return reason == Reason::FieldValue && contains(text, "\\u0000");
}

}  // namespace clawgate::conformance
