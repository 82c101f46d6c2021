// SPDX-License-Identifier: Apache-2.0
#include "signals/order_words.h"

#include <algorithm>
#include <unordered_map>

#include "signals/fold.h"

namespace clawgate::signals {
namespace {

constexpr std::uint32_t bit(Meaning meaning) {
  return static_cast<std::uint32_t>(meaning);
}

struct Words {
  Meaning meaning;
  std::string_view words;  // parted by spaces, without their own spaces
};

constexpr Words kWords[] = {
    {Meaning::Trade,
     "buy sell buying selling purchase buycrypto sellcrypto buystock sellstock buytoopen "
     "selltoclose buytocover sellshort"},
    {Meaning::Stance, "short cover long"},
    {Meaning::TimeOrStyle, "term run only dated lived circuit"},
    {Meaning::Horizon,
     "horizon term period duration timeframe frame window length holding tenor timehorizon"},
    {Meaning::StrongSize,
     "amount amounts quantity quantities qty notional notionals shares contract contracts lots lot "
     "orderqty origqty baseqty quoteorderqty quoteqty numshares"},
    {Meaning::WeakSize,
     "size sizes unit units weight weights ordersize positionsize tradesize targetsize betsize "
     "lotsize positionsizing orderunits positionunits tradeunits orderweight positionweight "
     "targetweight executionweight"},
    {Meaning::BareTool, "buy sell"},
    {Meaning::TradingTool,
     "buycrypto sellcrypto buystock sellstock placeorder placeorders executeorder executeorders "
     "submitorder submitorders cancelorder cancelorders createorder neworder replaceorder "
     "modifyorder marketbuy marketsell limitbuy limitsell executetrade executetrades placetrade "
     "cancelallorders closeposition"},
    {Meaning::ToolName,
     "name tool toolname toolid function functionname functioncall method call command recipient "
     "recipientname endpoint op operation invoke"},
    {Meaning::Arguments,
     "arguments argument args input inputs params parameters kwargs toolinput functionargs"},
    {Meaning::OrderField,
     "ordertype timeinforce clientorderid newclientorderid leverage reduceonly tokenid"},
    {Meaning::Allocation,
     "positions targetweights targetpositions targetallocation targetallocations portfolioweights "
     "targetportfolio rebalance rebalancing"},
    {Meaning::ThisAction, "thisaction"},
    {Meaning::OrderIntent, "orderintent orderintentid"},
    {Meaning::Price, "price"},
    {Meaning::ExecutedAt, "executedat"},
    {Meaning::Port, "port"},
    {Meaning::MessageType, "messagetype"},
    {Meaning::SignalType, "signaltype"},
    {Meaning::Operation, "operation"},
    {Meaning::FeedTrade, "realtime trade position"},
    {Meaning::Copied, "copied"},
};

using Table = std::unordered_map<std::string, std::uint32_t>;

// Keyed by skeleton, since skeletons are what is compared.
Table make_table() {
  Table table;
  for (const Words& row : kWords) {
    std::string_view rest = row.words;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(' '), rest.size());
      table[skeleton(rest.substr(0, end))] |= bit(row.meaning);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return table;
}

std::uint32_t meanings_of(const std::string& folded) {
  static const Table table = make_table();
  const auto row = table.find(folded);
  return row == table.end() ? 0 : row->second;
}

std::string squeezed(std::string folded) {
  folded.erase(std::remove(folded.begin(), folded.end(), '_'), folded.end());
  return folded;
}

}  // namespace

Look::Look(std::string_view text) : text_(text), folded_(skeleton_words(text)) {
  if (folded_.empty() || folded_.size() > kSkeletonMax) return;
  whole_ = meanings_of(squeezed(folded_));
  for (std::size_t at = 0; at <= folded_.size();) {
    const std::size_t end = std::min(folded_.find('_', at), folded_.size());
    words_.push_back(meanings_of(folded_.substr(at, end - at)));
    at = end + 1;
  }
}

bool Look::any(Meaning meaning) const {
  return std::any_of(words_.begin(), words_.end(),
                     [&](std::uint32_t word) { return (word & bit(meaning)) != 0; });
}

bool Look::is_action(const Look& name) const {
  if (is(Meaning::Trade)) return true;
  if (words_.size() <= 4 && any(Meaning::Trade)) return true;
  if (name.any(Meaning::Horizon)) return false;
  if (is(Meaning::Stance)) return true;
  return words_.size() <= 2 && any(Meaning::Stance) && !any(Meaning::TimeOrStyle);
}

bool Look::is_action_name() const {
  return is(Meaning::Trade) || (words_.size() <= 3 && any(Meaning::Trade));
}

bool Look::is_strong_size() const {
  if (is(Meaning::StrongSize)) return true;
  if (words_.size() < 2 || words_.size() > 4) return false;
  if ((words_.back() & bit(Meaning::StrongSize)) != 0) return true;
  return words_.size() == 2 && (words_.front() & bit(Meaning::StrongSize)) != 0;
}

bool Look::is_trading_tool() const {
  if (is(Meaning::TradingTool)) return true;
  std::size_t from = folded_.size();
  for (std::size_t count = 0; count < 3 && count < words_.size(); ++count) {
    from = from == 0 ? 0 : folded_.rfind('_', from - 1);
    const std::size_t start = from == folded_.npos ? 0 : from + 1;
    if ((meanings_of(squeezed(folded_.substr(start))) & bit(Meaning::TradingTool)) != 0)
      return true;
    if (from == folded_.npos) break;
  }
  return false;
}

bool Look::is_bare_tool() const {
  if (is(Meaning::BareTool)) return true;
  const bool prefixed = text_.find_first_of("_./:") != text_.npos && text_.find(' ') == text_.npos;
  return prefixed && !words_.empty() && (words_.back() & bit(Meaning::BareTool)) != 0;
}

}  // namespace clawgate::signals
