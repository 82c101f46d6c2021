// SPDX-License-Identifier: Apache-2.0
#include "signals/contract.h"

#include <string>
#include <utility>

#include "schemas/contracts/signal_intent.h"
#include "signals/levels.h"
#include "signals/rating.h"
#include "signals/text.h"

namespace clawgate::signals {

bool claims_signal_intent(const Json& document) {
  if (!document.is(Json::Kind::Object)) return false;
  if (document.find("schema_version") != nullptr || document.find("intent_id") != nullptr) {
    return true;
  }
  return document.find("side") != nullptr && document.find("confidence") != nullptr &&
         document.find("symbol") != nullptr;
}

Reading read_signal_intent(const Json& document, const Input& input) {
  Reading reading = reading_of(input, "", "signal_intent");
  if (const Json* engine = document.find("source_engine")) {
    reading.engine = cleaned(engine->text, EngineName::kMax);
  }
  const auto down = [&](Disposition disposition, Reason reason, std::string_view pointer,
                        std::string_view seen) {
    return turned_down(std::move(reading), disposition, reason, place(input, pointer), seen);
  };
  thread_local contracts::SignalDecoder decoder;  // one of each thread that reads, for its memory
  const Result<const contracts::SignalDocument*> decoded = decoder.decode(input.bytes);
  if (!decoded) {
    return down(Disposition::Reject, decoded.error().reason, decoded.error().field,
                decoded.error().seen);
  }
  SignalIntent signal = (*decoded)->intent;
  // The contract's schema has no minimum for them.
  const auto none = [](const std::optional<Px>& price) { return price && price->raw() <= 0; };
  if (none(signal.stop_loss)) {
    return down(Disposition::Reject, Reason::FieldOutOfRange, "/stop_loss",
                to_text(*signal.stop_loss) + ", not a price");
  }
  if (none(signal.take_profit)) {
    return down(Disposition::Reject, Reason::FieldOutOfRange, "/take_profit",
                to_text(*signal.take_profit) + ", not a price");
  }
  reading.symbol = signal.symbol.view();
  reading.direction = to_word(signal.side);
  reading.rating = to_word(signal.strength);
  reading.trade_date = to_text(date_of(signal.as_of));
  reading.thesis = cleaned((*decoded)->thesis, contracts::kThesisBytesMax);

  const AllowedSymbol* row = find_symbol(input.options.symbols, reading.symbol);
  const AllowedSymbol* coin = find_coin(input.options.symbols, reading.symbol);
  reading.asset_class = row != nullptr ? "crypto_spot" : "unlisted";
  signal.stated_price = stated_price(reading.thesis);
  if (const AllowedSymbol* checked = row != nullptr ? row : coin; checked != nullptr) {
    const auto wrong = insane_price(reading.symbol, signal.stated_price, *checked, input.options);
    if (wrong) return down(Disposition::Quarantine, Reason::PriceSanity, "/thesis", *wrong);
  }
  if (row != nullptr) {
    signal.symbol = row->symbol;
  } else {
    reading.notes.push_back("symbol is in no allow-list row: admission denies it");
  }
  if (!input.options.signal_intents) {
    return down(Disposition::Reject, Reason::SourceDisabled, "/source_engine", reading.engine);
  }
  signal.reduce_only = signal.reduce_only || signal.side == SignalSide::Sell;
  signal.payload = input.payload;
  signal.thesis = sha256(bytes_of(reading.thesis));
  reading.disposition = Disposition::Signal;
  reading.reason = Reason::None;
  reading.signal = signal;
  return reading;
}

}  // namespace clawgate::signals
