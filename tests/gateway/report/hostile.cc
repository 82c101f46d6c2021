// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/report/hostile.h"

namespace clawgate::report {
namespace {

template <class... Rows>
void put_spoiled(Tape& tape, const Recorded& at) {
  const auto as = [&](auto row) {
    Spoiler()("", row);
    tape.put(at.time, row);
    return true;
  };
  static_cast<void>(((at.type == Rows::kType && as(decode<Rows>(at.bytes).value())) || ...));
}

}  // namespace

Tape hostile_session() {
  const Tape clean = sample_session();
  Tape tape;
  for (const Recorded& at : clean.records()) {
    put_spoiled<SessionOpened, Limits, Instrument, BalanceReported, MarketTop, SignalIntent,
                SignalRefused, OperatorCommand, ExecutionReport, HandedOff, Operator, SignalDecided,
                CandidateHeld, RiskVerdict, HoldMoved, OrderIntent, OrderMoved, FillApplied,
                ProtectionMoved, ProtectiveIssued, CommandDecided, BlockChanged, CancelIssued,
                DayTurned, ViolationRecorded, TradeClosed>(tape, at);
  }
  return tape;
}

SessionExtras hostile_extras() {
  const std::string poison = "</script></style><script>alert(1)</script>\"'&\x1b[31m\xFF";
  SessionExtras extras = sample_extras();
  for (PriceSeries& series : extras.prices) Spoiler()("", series.symbol);
  for (Undelivered& row : extras.undelivered) {
    row.name = poison + row.name;
    row.reason = poison + row.reason;
  }
  for (std::string& source : extras.sources) source = poison + source;
  for (CheckCode& row : extras.check_codes) row.code = poison + row.code;
  extras.title = poison + extras.title;
  extras.command_line = poison + extras.command_line;
  extras.data_directory = poison + extras.data_directory;
  extras.conservation->text = poison + extras.conservation->text;
  return extras;
}

}  // namespace clawgate::report
