// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>

#include "sim/market/random.h"
#include "sim/protocol/service.h"
#include "sim/protocol/tape.h"
#include "sim/protocol/user_streams.h"

namespace clawgate::sim {

struct HeldKey {
  ApiKey key;
  SignatureCheck check;
};

/// What all requests share. One thread.
struct Core {
  explicit Core(const Service::Options& service_options)
      : options(service_options),
        limits(service_options.limits),
        faults(service_options.seed),
        random(service_options.seed) {
    for (const FaultRule& rule : service_options.faults) faults.add(rule);
  }

  [[nodiscard]] TimeNs now() const { return options.clock(); }
  /// As the server's clock tells it: clock_skew may have moved it.
  [[nodiscard]] TimeNs shown(TimeNs time) const { return TimeNs(time.value() + skew_ns); }

  /// Queries do not know the order before `until`.
  void hide(SymbolId symbol, OrderId order, TimeNs until) { hidden_[{symbol, order}] = until; }
  [[nodiscard]] bool hides(const OrderRecord& order, TimeNs now) {
    const auto found = hidden_.find({order.symbol, order.id});
    if (found == hidden_.end()) return false;
    if (now < found->second) return true;
    hidden_.erase(found);
    return false;
  }

  Service::Options options;
  Exchange* exchange = nullptr;
  std::map<std::string, HeldKey, std::less<>> keys;
  RateLimiter limits;
  Tape tape;
  FaultPlan faults;
  Random random;
  UserStreams streams;
  std::int64_t skew_ns = 0;  // as the newest request found it; events are stamped with it, too

 private:
  std::map<std::pair<SymbolId, OrderId>, TimeNs> hidden_;
};

/// The faults that strike all WebSockets, if one is due.
void strike_sessions(Core& core);

}  // namespace clawgate::sim
