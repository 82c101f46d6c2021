// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <boost/lockfree/spsc_queue.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "venues/binance_spot/caller.h"
#include "venues/binance_spot/link.h"
#include "venues/binance_spot/owed_events.h"
#include "venues/binance_spot/user_events.h"
#include "venues/venue.h"

// Binance Spot behind the Venue interface.
//
//   core thread                 venue thread
//   submit ─┐                  ┌─▶ gate ─▶ Caller ─▶ WebSocket API or REST
//   cancel ─┼─▶ bounded queue ─┤
//   query  ─┘                  └─▶ ladder of queries
//                 inbox ◀───────── user data stream, answers, reconciliation

namespace clawgate::venues::binance_spot {

/// Where the venue's side stands. Entries leave in Ready only.
enum class Phase : std::uint8_t {
  Down,          // nothing yet, or it failed: again after a pause
  ReadingClock,  // how far the venue's clock is from ours
  ReadingRules,  // budgets, filters, fees
  Connecting,    // the WebSocket with the user data stream
  Comparing,     // balances, orders and executions, once the stream flows
  Ready,
};

/// The venue's adapter. Everything it learns goes into the inbox in order. The Venue functions are
/// for the core thread; everything else is for the transport's.
class BinanceSpot final : public Venue {
 public:
  struct Listed {
    InstrumentId instrument;
    Symbol symbol;
    std::int64_t newest_order = 0;  // the highest venue order id that our journal knows; 0: none
    /// Up to where an earlier life read the venue's own list; nullopt: nobody knows.
    std::optional<std::int64_t> listed_to{};
  };
  /// An order of ours that a person closed, because the venue told nothing of it.
  struct Closed {
    InstrumentId instrument;
    ClientOrderId order;
  };
  struct Options {
    net::Endpoint rest;
    net::Endpoint ws_api;
    bool orders_by_websocket = true;
    AccountId account;
    std::vector<Listed> symbols;
    std::vector<Closed> closed;  // as the journal holds them
    std::int64_t recv_window_ms = 1'000;
    std::int64_t answer_max_ns = 10 * kNanosPerSecond;
    std::int64_t probe_every_ns = 15 * kNanosPerSecond;  // a link that does not answer is dead
    std::int64_t link_life_ns = (23 * 60 + 30) * 60 * kNanosPerSecond;  // cut at 24 h
    std::int64_t compare_every_ns = 60 * kNanosPerSecond;
    // An execution and its balance are told this close together: sooner nobody judges a difference.
    std::int64_t settle_ns = 6 * kNanosPerSecond;
    std::int64_t silence_max_ns = 15 * kNanosPerSecond;  // an owed user event is late by that
    std::int64_t rules_every_ns = 300 * kNanosPerSecond;
    std::size_t outbox_max = 4'096;  // told but not yet taken by the core
    std::int64_t key_every_ns = 3'600 * kNanosPerSecond;
    bool key_first = false;  // no entry before the venue told what the key may do
    /// The venue's word on the key, and the cause that it is, if it is one.
    std::function<std::optional<CauseReported>(std::string_view reply)> on_key;
    std::int64_t unreachable_after_ns = 30 * kNanosPerSecond;  // without an answer
    bool was_unreachable = false;                              // as the journal last knew it
    Backoff reconnect{500 * kNanosPerMilli, 30 * kNanosPerSecond, UINT32_MAX};
    Backoff retry{};
    std::function<std::uint64_t()> random_bits;
    /// The venue's number of the account whose list `symbols` tell of; nullopt: nobody knows.
    std::optional<std::int64_t> listed_account{};
    /// After a comparison, where it changed: all orders of that account up to these ids of the
    /// venue were told.
    std::function<void(std::int64_t account, const std::map<InstrumentId, std::int64_t>&)>
        on_listed;
    std::function<void(std::string_view)> log;  // one line, never a secret
    /// Of them a lost connection and what cannot be read; empty: log. `about` is the client id of
    /// the order that it is about; empty: of none.
    std::function<void(std::string_view line, std::string_view about)> warn;
    std::function<void()> wake;  // any thread: calls drain() on the transport's
  };
  struct Counts {
    std::uint64_t links = 0;
    std::uint64_t links_lost = 0;
    std::uint64_t silences = 0;  // user data streams that were given up while their socket lived
    std::uint64_t comparisons = 0;
    std::uint64_t entries_left = 0;
    std::uint64_t entries_refused = 0;  // at the last look
    std::uint64_t refused_by_venue = 0;
    std::uint64_t unreadable = 0;
    std::uint64_t queue_full = 0;
  };

  BinanceSpot(net::Transport& transport, const Credentials& credentials, VenueInbox& inbox,
              const SendGate& gate, Options options);
  ~BinanceSpot() override;
  BinanceSpot(const BinanceSpot&) = delete;
  BinanceSpot& operator=(const BinanceSpot&) = delete;

  // Venue. Core thread.
  [[nodiscard]] std::optional<HandOff> submit(SendPermit permit,
                                              const OrderIntent& intent) override;
  [[nodiscard]] std::optional<HandOff> protect(ProtectPermit permit,
                                               const ProtectiveOrder& order) override;
  void cancel(const CancelRequest& request) override;
  void query(const QueryRequest& request) override;
  [[nodiscard]] bool confirm_kill(KillEpoch epoch) override;
  void reconcile() override;

  // Transport's thread.
  void start();
  /// Carries out what the core asked for.
  void drain();
  [[nodiscard]] Phase phase() const { return phase_; }
  [[nodiscard]] const Counts& counts() const { return counts_; }
  /// The budgets of the account and of the address: whoever else asks this venue from here takes
  /// from the same.
  [[nodiscard]] RateLimits& limits() { return caller_.limits(); }
  /// Nothing that the core asked for waits here, and every order and cancel that left is answered.
  [[nodiscard]] bool is_idle() const { return writes_ == 0 && asked_.read_available() == 0; }
  /// The venue's clock minus ours, as far as measured.
  [[nodiscard]] std::int64_t clock_ahead_ns() const {
    return caller_.clock().ahead_ns(transport_.now());
  }

 private:
  struct Entry {
    Legs legs;
    InstrumentId instrument;
    KillEpoch released_in;
  };
  using Asked = std::variant<Entry, ProtectiveOrder, CancelRequest, QueryRequest>;
  struct Books;  // what one comparison needs
  /// An order that may still be at work.
  struct Open {
    InstrumentId instrument;
    std::int64_t order_id = 0;  // the venue's; 0: not told yet
    bool is_ours = false;       // the core handed it over, or asked about it
  };
  /// What came of asking for one order, to tell it to the core.
  struct Telling {
    enum class How : std::uint8_t {
      Told,
      Refused,  // the venue answers, and does not say how this order stands
      Failed,   // there is no telling: of the link, the key or the venue
    };
    How how = How::Told;
    ClientOrderId order;
    std::string why;
  };
  using Told = std::function<void(const Telling&)>;
  /// An order of ours that the venue did not know when it was asked.
  struct Lost {
    InstrumentId instrument;
    int left = 2;  // times that it is still to be asked; one answer may be too early
    UnixNanos asked{};
  };

  // binance_spot.cc: what the core asked for.
  void carry_out(const Entry& entry);
  void carry_out(const ProtectiveOrder& order);
  void carry_out(const CancelRequest& request);
  void carry_out(const QueryRequest& request);
  /// `since`: of what protects, when it was first tried.
  void place(const Legs& legs, InstrumentId instrument, std::optional<KillEpoch> released_in,
             UnixNanos since);
  void place_later(const Legs& legs, InstrumentId instrument, UnixNanos since,
                   std::string_view why);
  void placed(const Legs& legs, InstrumentId instrument, const Answer& answer);
  void pace_protection();
  void hand_off(const ClientOrderId& id, HandOff outcome);

  // binance_spot_session.cc: coming up and staying up.
  void go(Phase phase);
  void fail(std::string_view why);
  void come_back();
  void tell_blocked(std::string_view why);
  void read_clock();
  void read_rules();
  void read_fees(const std::shared_ptr<std::vector<Instrument>>& rows, std::size_t at);
  void connect();
  void open_link();
  void on_opened(Link& link);
  void subscribe(Link& link);
  void on_text(Link& link, std::string_view text);
  void on_closed(Link& link, std::string_view why);
  void probe();
  void drop(Link& link, std::string_view why);
  void watch();
  void owe_answer(std::span<const ExecutionReport> reports, const ClientOrderId& about);
  void watch_silence();
  void give_up_stream(std::string_view why);
  void probe_subscription();
  void on_user_event(std::string_view event);
  void on_movement(const MovementRow& row);
  void ask_key();
  void heard(bool answered);
  void watch_reach();
  [[nodiscard]] bool stands(const Link* link) const;
  [[nodiscard]] static std::string words_of(const Answer& answer);
  [[nodiscard]] std::string missing(std::string_view what, const Answer& answer);

  // binance_spot_compare.cc: what the venue holds against what we know.
  void compare();
  void compare_balances(const std::shared_ptr<Books>& books);
  void compare_lost(const std::shared_ptr<Books>& books, std::optional<ClientOrderId> last);
  void ask_lost_anew();
  [[nodiscard]] bool asks_lost() const;
  void compare_orders(const std::shared_ptr<Books>& books);
  void compare_newer(const std::shared_ptr<Books>& books, std::size_t at);
  void begin_list(const std::shared_ptr<Books>& books, std::size_t at);
  void page_newer(const std::shared_ptr<Books>& books, std::size_t at,
                  std::span<const OrderRow> rows);
  /// Calls `next` once, after as many calls as `orders`: of what cannot be told as one entry each.
  [[nodiscard]] Told counted(const std::shared_ptr<Books>& books, std::size_t orders,
                             std::function<void()> next);
  void see_account(std::int64_t uid);
  void compared(const std::shared_ptr<Books>& books);
  void tell_listed();
  void compare_once_settled();
  void compare_again();

  // binance_spot_ladder.cc: what became of one order.
  void ask_order(InstrumentId instrument, const ClientOrderId& id, Told done,
                 NoSuchOrder unknown = NoSuchOrder::AskAgain);
  void look_for(InstrumentId instrument, const ClientOrderId& id, Told done);
  /// From the venue's order id `from` on; nullopt: among the newest.
  void look_through(InstrumentId instrument, const ClientOrderId& id,
                    std::optional<std::int64_t> from, Told done);
  void ask_trades(const OrderRow& row, InstrumentId instrument, Told done);
  void owe_news(const ExecutionReport& report);
  void tell_order(const OrderRow& row, InstrumentId instrument, Told done);
  void refused(const ClientOrderId& id, std::string why, const Told& done);
  void unreadable(const ClientOrderId& id, const Error& error, const Told& done);
  [[nodiscard]] bool is_ours(const ClientOrderId& id) const;
  [[nodiscard]] std::optional<InstrumentId> instrument_of(const OrderRow& row) const;
  void know(InstrumentId instrument, std::int64_t order_id);
  /// Of a symbol that we do not trade: no order of ours, whatever its id.
  void tell_foreign(const Symbol& symbol, std::string_view order_id, const ClientOrderId& id,
                    std::size_t orders = 1);
  [[nodiscard]] std::optional<std::string> missing_balance(const AccountRow& row) const;

  void tell(const VenueInput& input);
  void tell(const ExecutionReport& report);
  void tell(const BalanceReported& balance);
  void flush();
  void note(std::string_view line) const;
  void warn(std::string_view line, std::string_view about = {}) const;
  void later(std::int64_t pause_ns, std::function<void()> what);
  void every(std::int64_t pause_ns, std::function<void()> what);
  [[nodiscard]] const Listed* listed(InstrumentId instrument) const;
  [[nodiscard]] std::optional<InstrumentId> instrument_of(std::string_view symbol) const;
  [[nodiscard]] bool trades_asset(const Asset& asset) const;
  [[nodiscard]] Ours ours() const;

  net::Transport& transport_;
  const Credentials& credentials_;
  VenueInbox& inbox_;
  const SendGate& gate_;
  Options options_;
  Caller caller_;
  boost::lockfree::spsc_queue<Asked> asked_;
  // A place of its own: no full queue keeps a kill from being acknowledged. The epoch plus one, so
  // that 0 is none.
  std::atomic<std::uint64_t> kill_asked_{0};
  std::atomic<bool> reconcile_asked_{false};

  Phase phase_ = Phase::Down;
  std::uint32_t failures_ = 0;  // in a row
  std::uint64_t life_ = 0;      // counts the times it went Down: callbacks of before are stale
  bool comparing_ = false;
  bool reconcile_due_ = false;  // asked for, and not yet begun
  bool key_known_ = false;      // the venue told what it may do
  bool key_asked_ = false;
  std::optional<UnixNanos> failing_since_;  // no call was answered since
  bool unreachable_ = false;                // as last told
  UnixNanos filled_at_;                     // the newest execution that was told
  UnixNanos heard_at_;                      // the newest user event, or the subscription
  UnixNanos listens_since_;                 // the subscription
  OwedEvents owed_;                         // what the stream did not tell of
  std::optional<UnixNanos> silent_since_;   // given up: another link is to take its place
  std::optional<Text<64>> blocked_;         // why entries wait, as last told
  bool unheard_ = true;                     // nobody listened for a while since the last agreement
  std::size_t writes_ = 0;                  // orders and cancels without an answer yet
  UnixNanos wait_told_;                     // until then the venue asked us to wait; 0: it did not
  UnixNanos orders_told_;                   // the same of new orders alone
  UnixNanos protection_waits_;              // until then: the venue refused what protects, too
  std::vector<std::unique_ptr<Link>> links_;  // two while one replaces the other
  std::vector<Instrument> instruments_;
  std::map<ClientOrderId, Open> open_;
  std::map<ClientOrderId, UnixNanos> placed_at_;  // handed over, nothing heard yet
  std::map<ClientOrderId, Qty> executed_;         // as far as told
  // Of venue order ids per symbol: the highest that was told of; up to where the venue's own list
  // was read; and those beyond it that were told of, so that the list need not tell them again.
  std::optional<std::int64_t> listed_account_;  // whose ids they are
  std::map<InstrumentId, std::int64_t> newest_;
  std::map<InstrumentId, std::int64_t> listed_to_;
  std::map<InstrumentId, std::set<std::int64_t>> told_beyond_;
  std::map<InstrumentId, std::int64_t> listed_told_;  // as options_.on_listed heard it
  std::map<ClientOrderId, Lost> lost_;
  // The highest known as an order was handed over: the venue counts on from there.
  std::map<ClientOrderId, std::int64_t> handed_over_at_;
  std::map<Asset, BalanceReported> held_;  // as last told
  std::deque<MovementRow> movements_;      // the newest that were told
  std::deque<VenueInput> outbox_;
  bool flush_due_ = false;
  Counts counts_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace clawgate::venues::binance_spot
