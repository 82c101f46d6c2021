// SPDX-License-Identifier: Apache-2.0
#include "governance/policy/posture.h"

#include <algorithm>
#include <array>
#include <optional>

#include "schemas/strict_json.h"

namespace clawgate::governance {
namespace {

enum class Want : std::uint8_t { On, Off, Any };

struct Flag {
  std::string_view name;
  std::array<Want, 3> want;  // by KeyUse
  Reason reason;
};

constexpr std::array kMustBeOff = {Want::Off, Want::Off, Want::Off};
constexpr std::array kMustBeOn = {Want::On, Want::On, Want::On};

constexpr auto kFlags = std::to_array<Flag>({
    {"enableWithdrawals", kMustBeOff, Reason::CredentialWithdraw},
    {"enableInternalTransfer", kMustBeOff, Reason::CredentialWithdraw},
    {"permitsUniversalTransfer", kMustBeOff, Reason::CredentialWithdraw},
    {"ipRestrict", kMustBeOn, Reason::CredentialIp},
    {"enableReading", kMustBeOn, Reason::CredentialPermission},
    {"enableSpotAndMarginTrading", {Want::On, Want::On, Want::Off}, Reason::CredentialPermission},
    {"enableMargin", kMustBeOff, Reason::CredentialPermission},
    {"enableFutures", kMustBeOff, Reason::CredentialPermission},
    {"enableVanillaOptions", kMustBeOff, Reason::CredentialPermission},
    {"enablePortfolioMarginTrading", kMustBeOff, Reason::CredentialPermission},
    {"enableFixApiTrade", {Want::Any, Want::On, Want::Off}, Reason::CredentialPermission},
    {"enableFixReadOnly", {Want::Any, Want::Any, Want::Any}, Reason::CredentialPermission},
});

/// These the venue always sends; the others it may leave out for accounts that lack the product.
constexpr auto kAlwaysThere = std::to_array<std::string_view>(
    {"enableWithdrawals", "enableInternalTransfer", "permitsUniversalTransfer", "ipRestrict",
     "enableReading", "enableSpotAndMarginTrading"});

bool is_known(std::string_view name) {
  return std::any_of(kFlags.begin(), kFlags.end(),
                     [&](const Flag& row) { return row.name == name; });
}

void check_flag(const Json& reply, const Flag& row, KeyUse use, Posture& posture) {
  const Want want = row.want[static_cast<std::size_t>(use)];
  const Json* const value = reply.find(row.name);
  const std::string field = "/" + std::string(row.name);
  if (value == nullptr) {
    const bool expected = want == Want::On || std::find(kAlwaysThere.begin(), kAlwaysThere.end(),
                                                        row.name) != kAlwaysThere.end();
    if (expected) posture.findings.push_back({row.reason, field, "not told"});
    return;
  }
  if (!value->is(Json::Kind::Bool)) {
    posture.findings.push_back({Reason::FieldType, field, printable(to_canonical_json(*value))});
    return;
  }
  if (want == Want::Any || value->boolean == (want == Want::On)) return;
  posture.findings.push_back({row.reason, field, value->boolean ? "true" : "false"});
}

}  // namespace

Posture check_posture(std::string_view text, KeyUse use, ActionTable table) {
  Posture posture;
  const auto reply = read_json(text, {.bytes_max = 64 * 1024, .depth_max = 4});
  if (!reply) {
    posture.findings.push_back(reply.error());
    return posture;
  }
  if (!reply->is(Json::Kind::Object)) {
    posture.findings.push_back({Reason::FieldType, "", "no object"});
    return posture;
  }
  const bool may_withdraw = gateway_may(kWithdraw, table);
  for (const Flag& row : kFlags) {
    if (row.reason == Reason::CredentialWithdraw && may_withdraw) continue;
    check_flag(*reply, row, use, posture);
  }
  for (const JsonMember& member : reply->members) {
    const bool permission = member.name.starts_with("enable") || member.name.starts_with("permit");
    const bool on = member.value.is(Json::Kind::Bool) && member.value.boolean;
    if (permission && on && !is_known(member.name)) {
      posture.warnings.push_back("unknown permission " + printable(member.name));
    }
  }
  return posture;
}

}  // namespace clawgate::governance
