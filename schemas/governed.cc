// SPDX-License-Identifier: Apache-2.0
#include "schemas/governed.h"

#include <array>

#include "schemas/core/assert.h"

namespace clawgate {

Digest subject_of(Limits document, Sha256& hasher) {
  std::array<std::uint8_t, 2048> room;
  document.decision = {};
  Writer writer(room);
  writer.put(document);
  CLAWGATE_ASSERT(writer.ok());
  return hasher.update(writer.written()).finish();
}

Digest subject_of(Block cause, Sha256& hasher) {
  return hasher.update(bytes_of(std::string_view("unblock:")))
      .update(bytes_of(info(cause).code))
      .finish();
}

Digest subject_of(const ClientOrderId& order, Sha256& hasher) {
  return hasher.update(bytes_of(std::string_view("close_unknown:")))
      .update(bytes_of(order.view()))
      .finish();
}

}  // namespace clawgate
