// SPDX-License-Identifier: Apache-2.0
#include "sim/protocol/handlers.h"
#include "sim/protocol/ws_session.h"

// session.* and userDataStream.*: only in the table's WebSocket column, so the session is there.

namespace clawgate::sim::handlers {
namespace {

Refusal not_logged_on() {
  return {-2015, "The session is not authenticated; use session.logon first."};
}

Reply status(Call& call) {
  JsonWriter w(call.unit);
  call.caller.session->write_status(w, call.shown);
  return ok(w);
}

Reply subscribed(Call& call, AccountId account, bool by_logon) {
  const auto number = call.caller.session->subscribe(account, by_logon);
  if (!number) return fail(Refusal{-2035, "User Data Stream subscription already active."});
  JsonWriter w(call.unit);
  w.object().integer("subscriptionId", *number).end_object();
  return ok(w);
}

}  // namespace

// Ed25519 keys only; what a client with another key sees is not documented.
Reply session_logon(Call& call) {
  const auto account = call.admit();
  if (!account) return fail(account.error());
  if (call.key->key.type != KeyType::Ed25519) return fail(refuse::key_rejected());
  call.caller.session->log_on(*call.key);
  return status(call);
}

Reply session_status(Call& call) {
  return status(call);
}

Reply session_logout(Call& call) {
  call.caller.session->log_off();
  return status(call);
}

Reply session_subscriptions(Call& call) {
  JsonWriter w(call.unit);
  call.caller.session->write_subscriptions(w);
  return ok(w);
}

Reply subscribe(Call& call) {
  const HeldKey* const key = call.caller.session->logged_on();
  if (key == nullptr) return fail(not_logged_on());
  return subscribed(call, key->key.account, true);
}

Reply subscribe_signed(Call& call) {
  const auto account = call.admit();
  if (!account) return fail(account.error());
  return subscribed(call, *account, false);
}

Reply unsubscribe(Call& call) {
  ParameterReader in(call.params);
  const auto number = in.integer("subscriptionId");
  if (in.fault()) return fail(*in.fault());
  if (call.caller.session->unsubscribe(number)) return {};
  return fail(Refusal{-2036, "User Data Stream subscription not active."});
}

}  // namespace clawgate::sim::handlers
