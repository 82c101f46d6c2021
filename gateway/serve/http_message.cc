// SPDX-License-Identifier: Apache-2.0
#include "gateway/serve/http_message.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "schemas/signal.h"
#include "schemas/strict_json.h"

namespace clawgate::gateway {
namespace {

struct StatusRow {
  Reason reason;
  int status;
};

// What is not here: 422 for a signal or a field, 409 for the rest.
constexpr auto kStatus = std::to_array<StatusRow>({
    {Reason::CommandFieldMissing, 400},
    {Reason::CommandFieldValue, 400},
    {Reason::DecisionIdMissing, 400},
    {Reason::JsonSyntax, 400},
    {Reason::JsonDuplicateKey, 400},
    {Reason::JsonTooDeep, 400},
    {Reason::NotUtf8, 400},
    {Reason::EmptyInput, 400},
    {Reason::HttpSyntax, 400},
    {Reason::TokenMissing, 401},
    {Reason::TokenUnknown, 401},
    {Reason::OperatorUnknown, 403},
    {Reason::OperatorNotPermitted, 403},
    {Reason::ChannelNotAllowed, 403},
    {Reason::UntrustedCommandSource, 403},
    {Reason::ChallengeRequired, 403},
    {Reason::ScriptedNotAllowed, 403},
    {Reason::RoleNotAllowed, 403},
    {Reason::ActionBlocked, 403},
    {Reason::ActionNotAllowed, 403},
    {Reason::ActionUnknown, 403},
    {Reason::DecisionByEngine, 403},
    {Reason::EngineNotPrincipal, 403},
    {Reason::HostNotAllowed, 403},
    {Reason::OriginNotAllowed, 403},
    {Reason::HoldUnknown, 404},
    {Reason::DecisionUnknown, 404},
    {Reason::IncidentUnknown, 404},
    {Reason::RouteUnknown, 404},
    {Reason::MethodNotAllowed, 405},
    {Reason::RequestTimeout, 408},
    {Reason::StreamGap, 410},
    {Reason::BodyTooLarge, 413},
    {Reason::InputTooLarge, 413},
    {Reason::ContentTypeNotJson, 415},
    {Reason::ConnectionLimit, 503},
    {Reason::QueueFull, 503},
    {Reason::GatewayStopping, 503},
    {Reason::JournalWrite, 503},
    {Reason::DataDirectoryUnwritable, 503},
    {Reason::DataDirectoryLocked, 503},
    {Reason::AnswerLate, 504},
});

std::string member(std::string_view name, std::string_view value, bool last = false) {
  std::string text = "\"" + std::string(name) + "\":";
  append_json_string(text, value);
  return last ? text : text + ",";
}

}  // namespace

std::string_view query_parameter(std::string_view target, std::string_view name) {
  std::size_t at = target.find('?');
  while (at != std::string_view::npos) {
    const std::string_view rest = target.substr(at + 1);
    const std::string_view pair = rest.substr(0, rest.find('&'));
    const std::size_t equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == name) {
      return pair.substr(equals + 1);
    }
    at = target.find('&', at + 1);
  }
  return {};
}

std::vector<std::string_view> query_names(std::string_view target) {
  std::vector<std::string_view> names;
  std::size_t at = target.find('?');
  while (at != std::string_view::npos) {
    const std::string_view rest = target.substr(at + 1);
    const std::string_view pair = rest.substr(0, rest.find('&'));
    if (const std::string_view name = pair.substr(0, pair.find('=')); !name.empty()) {
      names.push_back(name);
    }
    at = target.find('&', at + 1);
  }
  return names;
}

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, failed] = std::from_chars(text.data(), end, value);
  if (text.empty() || failed != std::errc() || stop != end) return std::nullopt;
  return value;
}

int http_status_of(Reason reason) {
  if (is_direct_order(reason)) return 403;
  const auto* const row = std::find_if(kStatus.begin(), kStatus.end(),
                                       [&](const StatusRow& at) { return at.reason == reason; });
  if (row != kStatus.end()) return row->status;
  return info(reason).surface == Surface::Signal ? 422 : 409;
}

std::string error_json(const Error& error) {
  const ReasonInfo& row = info(error.reason);
  return "{" + member("code", row.code) + member("field", printable(error.field, 160)) +
         member("message", row.meaning) + member("seen", printable(error.seen, 96)) +
         member("next", row.next, true) + "}";
}

HttpResponse error_response(const Error& error) {
  HttpResponse response;
  response.status = http_status_of(error.reason);
  response.body = error_json(error);
  if (response.status == 503) response.headers.emplace_back("Retry-After", "1");
  if (response.status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

HttpResponse findings_response(const std::vector<Error>& findings) {
  HttpResponse response = error_response(findings.front());
  std::string rows;
  for (const Error& finding : findings) rows += (rows.empty() ? "" : ",") + error_json(finding);
  response.body.pop_back();
  response.body += ",\"findings\":[" + rows + "]}";
  return response;
}

}  // namespace clawgate::gateway
