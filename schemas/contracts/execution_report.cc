// SPDX-License-Identifier: Apache-2.0
#include "schemas/contracts/execution_report.h"

namespace clawgate::contracts {

Result<ExecutionReport> decode_execution_report(std::string_view text) {
  return decode_contract<ExecutionReport>(text);
}

std::string encode(const ExecutionReport& value) {
  return encode_contract(value);
}

}  // namespace clawgate::contracts
