// SPDX-License-Identifier: Apache-2.0
#include "gateway/office/office_place.h"

#include <filesystem>

namespace clawgate::gateway {

std::vector<Operator> operators_among(const std::vector<PrincipalName>& principals,
                                      OperatorChannel channel) {
  std::vector<Operator> operators;
  for (const PrincipalName& who : principals) {
    if (who.role != Role::Operator && who.role != Role::Admin) continue;
    Operator row;
    row.id = OperatorId(who.name);
    row.channels = bit_of(channel);
    operators.push_back(row);
  }
  return operators;
}

governance::EvidenceExists evidence_in(const OfficePlace& place) {
  return [root = place.root, data = place.data](std::string_view reference) {
    constexpr std::string_view kBlob = "sha256:";
    std::error_code ignored;
    if (reference.starts_with(kBlob)) {
      const auto digest = digest_from_hex(reference.substr(kBlob.size()));
      return digest &&
             std::filesystem::is_regular_file(data + "/blobs/" + to_hex(*digest), ignored);
    }
    const std::filesystem::path path = std::filesystem::path(reference).lexically_normal();
    const bool inside = !path.empty() && path.is_relative() && *path.begin() != "..";
    return inside && std::filesystem::is_regular_file(std::filesystem::path(root) / path, ignored);
  };
}

}  // namespace clawgate::gateway
