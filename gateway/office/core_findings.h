// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "governance/journal/format.h"
#include "governance/ledger/office.h"

namespace clawgate::gateway {

/// What a record of the core's journal tells the office: an incident, a violation; nullopt for all
/// others.
[[nodiscard]] std::optional<governance::CoreFinding> finding_of(const journal::RecordView& record);

}  // namespace clawgate::gateway
