// SPDX-License-Identifier: Apache-2.0
#include "schemas/order.h"

#include <array>

#include "schemas/core/assert.h"

namespace clawgate {
namespace {

constexpr std::size_t kCandidateBytesMax = 1024;
constexpr std::size_t kEpochSymbols = 4;
constexpr std::size_t kDigestSymbols = 16;  // 80 bits

Digest digest_of(const OrderCandidate& candidate, std::string_view domain, Sha256& hasher) {
  std::array<std::uint8_t, kCandidateBytesMax> room;
  Writer writer(room);
  writer.put(candidate);
  CLAWGATE_ASSERT(writer.ok());
  return hasher.update(bytes_of(domain)).update(writer.written()).finish();
}

char role_letter(LegRole role) {
  constexpr std::string_view kLetters = "ESTXR";  // Entry, Stop, TakeProfit, Exit, Reduce
  return kLetters[static_cast<std::size_t>(role)];
}

}  // namespace

void assign_client_order_ids(OrderCandidate& candidate, std::string_view epoch, Sha256& hasher) {
  CLAWGATE_ASSERT(epoch.size() == kEpochSymbols);
  for (Leg& leg : candidate.legs) leg.client_order_id = {};
  const Digest digest = digest_of(candidate, "clawgate.ids.v1", hasher);

  std::array<char, 2 + kEpochSymbols + kDigestSymbols + 2> id;
  id[0] = 'c';
  id[1] = 'g';
  std::copy(epoch.begin(), epoch.end(), id.begin() + 2);
  crockford(digest.bytes, kDigestSymbols, id.data() + 2 + kEpochSymbols);
  id[id.size() - 1] = '0';
  for (Leg& leg : candidate.legs) {
    id[id.size() - 2] = role_letter(leg.role);
    leg.client_order_id = ClientOrderId({id.data(), id.size()});
  }
}

ClientOrderId protective_id(const ClientOrderId& entry, LegRole role, std::uint8_t attempt) {
  CLAWGATE_ASSERT(attempt <= 9 && entry.size() > 2);
  std::array<char, ClientOrderId::kMax> id{};
  std::copy(entry.view().begin(), entry.view().end(), id.begin());
  id[entry.size() - 2] = role_letter(role);
  id[entry.size() - 1] = static_cast<char>('0' + attempt);
  return ClientOrderId({id.data(), entry.size()});
}

Digest approval_digest(const OrderCandidate& candidate, Sha256& hasher) {
  return digest_of(candidate, "clawgate.order.v1", hasher);
}

}  // namespace clawgate
