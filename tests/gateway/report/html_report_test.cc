// SPDX-License-Identifier: Apache-2.0
#include "gateway/report/html_report.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>

#include "tests/gateway/report/hostile.h"
#include "tests/gateway/report/sample_session.h"
#include "tests/gateway/report/short_tape.h"

namespace clawgate::report {
namespace {

/// The attributes of a tag by name; nullopt when one is not quoted, comes twice or holds a bare
/// `<`.
std::optional<std::map<std::string, std::string>> attributes_of(std::string_view text) {
  constexpr std::string_view kLetters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
  std::map<std::string, std::string> found;
  for (;;) {
    text.remove_prefix(std::min(text.find_first_not_of(" \n"), text.size()));
    if (text.empty()) return found;
    const std::size_t name = text.find_first_not_of(kLetters);
    if (name == 0 || name == std::string_view::npos) return std::nullopt;
    const std::size_t end = text.find('"', name + 2);
    if (text.substr(name, 2) != "=\"" || end == std::string_view::npos) return std::nullopt;
    const std::string_view value = text.substr(name + 2, end - name - 2);
    if (value.find('<') != std::string_view::npos) return std::nullopt;
    if (!found.emplace(text.substr(0, name), value).second) return std::nullopt;
    text.remove_prefix(end + 1);
  }
}

/// Reads a page as an XML parser would, apart from the text of scripts and styles: every element is
/// closed in order, every attribute is quoted, every bare `<` or `>` is escaped, ids are unique.
/// Empty when well-formed, else what is wrong.
std::string fault_of(const std::string& html) {
  std::vector<std::string> open;
  std::set<std::string> ids;
  std::size_t at = html.find('>') + 1;  // behind the document type
  while (at < html.size()) {
    const std::size_t tag = std::min(html.find('<', at), html.size());
    const std::string text = html.substr(at, tag - at);
    if (text.find('>') != std::string::npos) return "bare > in: " + text.substr(0, 80);
    if (tag == html.size()) break;
    const std::size_t end = html.find('>', tag);
    if (end == std::string::npos) return "unended tag";
    std::string inside = html.substr(tag + 1, end - tag - 1);
    at = end + 1;
    if (inside[0] == '/') {
      if (open.empty() || open.back() != inside.substr(1)) return "closes wrongly: " + inside;
      open.pop_back();
      continue;
    }
    const bool empty = inside.back() == '/';
    if (empty) inside.pop_back();
    const std::string name = inside.substr(0, inside.find_first_of(" \n"));
    const auto attributes = attributes_of(std::string_view(inside).substr(name.size()));
    if (!attributes) return "attributes: " + inside.substr(0, 120);
    const auto id = attributes->find("id");
    if (id != attributes->end() && !ids.insert(id->second).second) return "twice " + id->second;
    if (empty) continue;
    open.push_back(name);
    if (name != "script" && name != "style") continue;
    at = html.find("</" + name, at);
    if (at == std::string::npos) return "unended " + name;
  }
  return open.empty() ? "" : "left open: " + open.back();
}

std::size_t count_of(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

std::string between(const std::string& text, std::string_view from, std::string_view to) {
  const std::size_t start = text.find(from);
  if (start == std::string::npos) return "";
  const std::size_t end = text.find(to, start + from.size());
  return text.substr(start + from.size(), end - start - from.size());
}

TEST(HtmlReportTest, PagesAreWellFormed) {
  EXPECT_EQ(fault_of(to_html(report_of(sample_session(), sample_extras()))), "");
  EXPECT_EQ(fault_of(to_html(report_of(hostile_session(), hostile_extras()))), "");
  EXPECT_EQ(fault_of(to_html(report_of({}))), "");
  EXPECT_EQ(fault_of(to_html(ShortTape().entry_released().report())), "");
}

TEST(HtmlReportTest, TheCheckerSeesWhatIsNotWellFormed) {
  EXPECT_EQ(fault_of("<!DOCTYPE html><p><b>x</b></p>"), "");
  for (const char* const broken :
       {"<!DOCTYPE html><p><b>x</p></b>", "<!DOCTYPE html><p>", "<!DOCTYPE html><p id=x></p>",
        "<!DOCTYPE html><p>a > b</p>", "<!DOCTYPE html><p a=\"<\"></p>",
        "<!DOCTYPE html><p id=\"a\"></p><p id=\"a\"></p>"}) {
    EXPECT_NE(fault_of(broken), "") << broken;
  }
}

// An unbroken id would widen its column over the text beside it.
TEST(HtmlReportTest, ALongIntentIdIsShownByItsBeginning) {
  const auto page_with = [](const std::string& id) {
    ShortTape tape;
    SignalIntent intent;
    intent.intent_id = IntentId(id);
    tape.put(intent);
    return between(to_html(tape.report()), "id=\"signals\"", "</table>");
  };
  const std::string hex = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
  const std::string page = page_with(hex);
  EXPECT_NE(page.find("<span title=\"" + hex + "\">0123456789ab…</span>"), std::string::npos);
  EXPECT_EQ(count_of(page, hex), 1U) << "as a title alone";
  EXPECT_NE(page_with(hex.substr(0, 20)).find(">" + hex.substr(0, 20) + "<"), std::string::npos);
  EXPECT_NE(page_with(hex.substr(0, 21)).find(">0123456789ab…<"), std::string::npos);
  const std::string hostile = page_with("\"><script>alert(1)</script>");
  EXPECT_NE(hostile.find("title=\"&quot;&gt;&lt;script"), std::string::npos) << hostile;
}

TEST(HtmlReportTest, NothingIsFetchedFromAnywhere) {
  const std::string html = to_html(report_of(sample_session(), sample_extras()));
  for (const std::string_view part :
       {"://", "src=", "href=", "srcset=", "url(", "@import", "<link", "<img", "<iframe", "<base",
        "fetch(", "XMLHttpRequest", "WebSocket", "import(", "<form"}) {
    EXPECT_EQ(html.find(part), std::string::npos) << part;
  }
  EXPECT_NE(html.find("default-src 'none'"), std::string::npos);
}

std::string from_base64(const std::string& text) {
  const std::string symbols = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    if (c == '=') break;
    bits = bits << 6U | static_cast<std::uint32_t>(symbols.find(c));
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>(bits >> count & 0xFFU);
  }
  return out;
}

TEST(HtmlReportTest, OnlyTheScriptThatThePolicyNamesCanRun) {
  for (const SessionReport& report : {report_of(sample_session(), sample_extras()),
                                      report_of(hostile_session(), hostile_extras())}) {
    const std::string html = to_html(report);
    EXPECT_EQ(count_of(html, "<script"), 2U) << "the page's own, and the data it reads";
    const std::string script = between(html, "<script>", "</script>");
    const Digest hash = sha256(bytes_of(script));
    EXPECT_EQ(to_hex(bytes_of(from_base64(between(html, "'sha256-", "'")))), to_hex(hash));
  }
}

TEST(HtmlReportTest, HostileTextIsShownAsText) {
  const std::string html = to_html(report_of(hostile_session(), hostile_extras()));
  for (const std::string_view part : {"<script>alert", "<b>\"", "\x1b", "\xE2\x80\xAE", "\xFF"}) {
    EXPECT_EQ(html.find(part), std::string::npos) << part;
  }
  EXPECT_NE(html.find("&lt;script&gt;alert(1)&lt;/script&gt;"), std::string::npos);
  EXPECT_NE(html.find("&lt;U+202E&gt;"), std::string::npos);
}

TEST(HtmlReportTest, DataUnderThePointerIsThatOfTheSession) {
  const SessionReport report = report_of(sample_session(), sample_extras());
  const std::string html = to_html(report);
  const auto data = nlohmann::json::parse(
      between(html, "<script type=\"application/json\" id=\"series\">", "</script>"));
  ASSERT_EQ(data["series"].size(), 3U);
  EXPECT_EQ(data["series"][0]["name"], "BTCUSDT");
  EXPECT_EQ(data["series"][1]["name"], "equity");
  EXPECT_EQ(data["series"][2]["name"], "drawdown");
  for (const auto& series : data["series"]) {
    ASSERT_EQ(series["t"].size(), series["v"].size());
    for (std::size_t i = 1; i < series["t"].size(); ++i) {
      ASSERT_LE(series["t"][i - 1], series["t"][i]);
    }
  }
  const auto& prices = report.extras.prices[0].points;
  EXPECT_EQ(data["series"][0]["v"].front(), prices.front().mid.raw() / 1'000'000);
  EXPECT_EQ(data["series"][0]["v"].back(), prices.back().mid.raw() / 1'000'000);
  EXPECT_EQ(data["to"].get<std::int64_t>() - data["from"].get<std::int64_t>(), 14'760'000)
      << "four hours and an eightieth at both ends";
}

TEST(HtmlReportTest, EveryRowOfTheReportIsOnThePage) {
  const SessionReport report = report_of(sample_session(), sample_extras());
  const std::string html = to_html(report);
  const auto rows = [&](std::string_view id) {
    return count_of(between(html, "id=\"" + std::string(id) + "\"", "</table>"), "<tr") - 1;
  };
  EXPECT_EQ(rows("signals"), report.signals.size());
  EXPECT_EQ(rows("refused"), report.refused.size());
  EXPECT_EQ(rows("approvals"), report.approvals.size());
  EXPECT_EQ(rows("fills"), report.fills.size());
  EXPECT_EQ(rows("trades"), 4U);
  EXPECT_EQ(rows("orders"), report.orders.size() + report.trades.size());  // a heading each
  EXPECT_EQ(rows("timeline"), report.timeline.size());
  for (const CheckCode& row : report.extras.check_codes) {
    EXPECT_NE(html.find(row.code), std::string::npos);
  }
  for (const OrderRow& row : report.orders) {
    EXPECT_NE(html.find(row.leg.client_order_id.view()), std::string::npos);
  }
  EXPECT_NE(html.find(to_hex(report.head_hash)), std::string::npos);
  EXPECT_NE(html.find("clawgate journal verify runs/2024-08-08"), std::string::npos);
}

TEST(HtmlReportTest, ChartMarksEveryFilledOrderAtItsPlace) {
  const SessionReport report = report_of(sample_session(), sample_extras());
  const std::string html = to_html(report);
  EXPECT_EQ(count_of(html, "class=\"mark buy\" tabindex"), 4U);
  EXPECT_EQ(count_of(html, "class=\"mark good\" tabindex"), 1U);
  EXPECT_EQ(count_of(html, "class=\"mark bad\" tabindex"), 1U);
  EXPECT_EQ(count_of(html, "class=\"mark plain\" tabindex"), 1U);
  EXPECT_EQ(count_of(html, "<line class=\"level stop\"") - 1, 4U) << "one is the legend's";
  EXPECT_EQ(count_of(html, "class=\"held "), report.approvals.size());
  // 13:44:08.462 is 180 + 6248.462 s of 14760.
  EXPECT_NE(html.find("<svg x=\"43.5532%\""), std::string::npos)
      << between(html, "class=\"mark buy\"", ">");
}

TEST(HtmlReportTest, AmountsOfASmallSessionAreOnThePage) {
  ShortTape tape;
  tape.entry_released().filled(LegRole::Entry, qty("0.5"), px("101.5"));
  tape.filled(LegRole::Stop, qty("0.5"), px("89.55"), money("-6.2")).closed(money("-6.2"));
  const std::string html = to_html(tape.report());
  for (const std::string_view part :
       {"−6.200", "−12.22\u00a0%", "−0.62", "50.0\u00a0bp", "49.5\u00a0bp", "stopped out"}) {
    EXPECT_NE(html.find(part), std::string::npos) << part;
  }
}

TEST(HtmlReportTest, EmptyStatesAreSaidInWords) {
  const std::string html = to_html(report_of({}));
  for (const std::string_view part :
       {"No signal was taken in.", "No order was filled.", "No order was held for approval.",
        "No order was released.", "No input was refused.", "Nothing was stopped.",
        "Nothing was traded, so nothing was paid.",
        "Nothing blocked trading and nothing was violated.", "Nothing was recorded.",
        "there is nothing to check"}) {
    EXPECT_NE(html.find(part), std::string::npos) << part;
  }
  EXPECT_EQ(count_of(html, "<table"), 0U);
  ShortTape tape;  // a session without market or balances
  EXPECT_NE(to_html(tape.report()).find("No price was seen."), std::string::npos);
  EXPECT_NE(to_html(tape.report()).find("equity is not known"), std::string::npos);
}

TEST(HtmlReportTest, ManyRowsAreCutAndThePageSaysSo) {
  ShortTape tape;
  for (std::uint64_t i = 1; i <= 1001; ++i) {
    tape.hold = HoldId(i);
    tape.signal(SignalOutcome::NoAction);
  }
  const std::string html = to_html(tape.report());
  EXPECT_EQ(count_of(html, "data-fate=\"no_action\">\n") + count_of(html, "<tr data-fate="), 1000U);
  EXPECT_NE(html.find("The first 1,000 of 1,001 rows."), std::string::npos);
}

TEST(HtmlReportTest, WhatRepeatsIsToldOnceWithItsNumber) {
  ShortTape tape;
  for (std::uint32_t i = 1; i <= 30; ++i) {
    SignalRefused row;
    row.reason = Reason::DirectOrderSized;
    row.where = Text<96>("line " + std::to_string(i));
    tape.put(row).put(ViolationRecorded{{}, Reason::DirectOrderSized, {}, i});
  }
  const std::string html = to_html(tape.report());
  EXPECT_NE(html.find("line 5<"), std::string::npos);
  EXPECT_EQ(html.find("line 6<"), std::string::npos);
  EXPECT_NE(html.find("and 25 more like these"), std::string::npos);
  EXPECT_NE(html.find("violations 1 to 30"), std::string::npos);
  SignalRefused other;
  other.reason = Reason::JsonSyntax;
  tape.put(other).put(ViolationRecorded{{}, Reason::DirectOrderFields, {}, 31});
  EXPECT_NE(to_html(tape.report()).find(">violation 31<"), std::string::npos);
}

TEST(HtmlReportTest, InputsRefusedAtOneTimeAreOneMark) {
  ShortTape tape;
  const UnixNanos time = tape.next();
  for (int i = 0; i < 3; ++i) tape.tape.put(time, SignalRefused{});
  tape.put(SignalRefused{});
  const std::string html = to_html(tape.report());
  EXPECT_EQ(count_of(html, "class=\"mark cross-mark refused\" tabindex"), 2U);
  EXPECT_NE(html.find("3 inputs refused"), std::string::npos);
}

/// A session of `count` inputs in ten minutes of every kind that a chart marks: signals and holds
/// by turns, refused inputs, and trades with their orders. Ids are not given twice.
Tape dense_session(std::int64_t count) {
  Tape tape;
  tape.put(at_ms(0), paper_session());
  tape.put(at_ms(0), btcusdt());
  tape.put(at_ms(0), top("100", "101"));
  for (std::int64_t i = 0; i < count; ++i) {
    const UnixNanos time = at_ms(600'000 * i / (count - 1));
    const HoldId hold(static_cast<std::uint64_t>(i + 1));
    SignalIntent intent;
    intent.symbol = Symbol("BTCUSDT");
    tape.put(time, intent);
    SignalDecided decided;
    decided.hold = hold;
    decided.outcome = i % 2 == 0 ? SignalOutcome::Held : SignalOutcome::Denied;
    tape.put(time, decided);
    tape.put(time, SignalRefused{});
    if (i % 2 == 1) continue;
    OrderCandidate order;
    order.hold = hold;
    order.symbol = Symbol("BTCUSDT");
    Leg entry;
    entry.side = Side::Buy;
    entry.qty = qty("1");
    entry.limit = px("102");
    entry.client_order_id = ClientOrderId("order-" + std::to_string(i));
    CLAWGATE_ASSERT(order.legs.push_back(entry));
    tape.put(time, CandidateHeld{order, {}, {}, EngineName("engine")});
    OrderIntent released;
    released.order = order;
    tape.put(time, released);
    HoldMoved moved;
    moved.hold = hold;
    moved.event = HoldEvent::Release;
    moved.to = HoldState::Released;
    tape.put(time, moved);
    FillApplied fill;
    fill.hold = hold;
    fill.client_order_id = entry.client_order_id;
    fill.qty = qty("1");
    fill.px = px("101");
    tape.put(time, fill);
    tape.put(time, TradeClosed{hold, {}, {}, {}});
    BlockChanged block;
    block.block = Block::Kill;
    block.active = true;
    tape.put(time, block);
    block.active = false;
    tape.put(time, block);
  }
  return tape;
}

/// Where the last mark of that kind stands, in whole percent from the left; -1 without any.
int last_place(const std::string& panel, std::string_view kind) {
  int last = -1;
  for (auto at = panel.find(kind); at != std::string::npos; at = panel.find(kind, at + 1)) {
    const std::size_t tag = panel.rfind('<', at);
    const std::size_t x = panel.find(" x=\"", tag);
    last = std::max(last, std::stoi(panel.substr(x + 4)));
  }
  return last;
}

// A lane that ends early looks as if its engines fell silent.
TEST(HtmlReportTest, HoweverManyMarksThereAreTheyReachTheEnd) {
  const std::string html = to_html(report_of(dense_session(3'000)));
  EXPECT_EQ(fault_of(html), "");
  const std::string charts = between(html, "id=\"panels\"", "class=\"times\"");
  for (const std::string_view kind :
       {"class=\"mark dot refused\"", "class=\"mark dot quiet\"", "class=\"held good\"",
        "class=\"mark cross-mark refused\"", "class=\"mark buy\"", "class=\"band "}) {
    EXPECT_GE(last_place(charts, kind), 98) << kind;  // an eightieth of room behind the last
    EXPECT_GE(count_of(charts, kind), 300U) << kind << ": as fine as the page shows";
    EXPECT_LE(count_of(charts, kind), 501U) << kind;
  }
  EXPECT_NE(html.find("marks too near to be told apart are one, with their number"),
            std::string::npos);
}

/// The sum of the numbers before `word` in the texts of marks; one without a number counts as 1.
std::size_t told(const std::string& charts, std::string_view kind, std::string_view word) {
  std::size_t sum = 0;
  for (auto at = charts.find(kind); at != std::string::npos; at = charts.find(kind, at + 1)) {
    const std::string tip = between(charts.substr(at, 2'000), "aria-label=\"", "\"");
    const std::size_t end = tip.find(word);
    if (end == std::string::npos) {
      ++sum;
      continue;
    }
    const std::size_t begin = tip.rfind(": ", end) + 2;
    std::string digits = tip.substr(begin, end - begin);
    std::erase(digits, ',');
    sum += std::stoul(digits);
  }
  return sum;
}

TEST(HtmlReportTest, NothingIsMissingFromTheMarks) {
  const std::string html = to_html(report_of(dense_session(3'000)));
  const std::string charts = between(html, "id=\"panels\"", "class=\"times\"");
  EXPECT_EQ(told(charts, "class=\"mark dot refused\"", " signals: "), 1'500U);
  EXPECT_EQ(told(charts, "class=\"held good\"", " holds: "), 1'500U);
  EXPECT_EQ(told(charts, "class=\"mark cross-mark refused\"", " inputs refused"), 3'000U);
  EXPECT_EQ(told(charts, "class=\"mark buy\"", " entry orders"), 1'500U);
}

TEST(HtmlReportTest, APageStaysSmallHoweverMuchItTells) {
  const std::string few = to_html(report_of(dense_session(3'000)));
  const std::string many = to_html(report_of(dense_session(12'000)));
  EXPECT_LT(many.size(), few.size() + few.size() / 10) << "four times as much: " << few.size();
}

TEST(HtmlReportTest, MarksFarApartAreEachTheirOwn) {
  const std::string html = to_html(report_of(dense_session(12)));
  const std::string charts = between(html, "id=\"panels\"", "class=\"times\"");
  EXPECT_EQ(count_of(charts, "class=\"mark dot refused\""), 6U);
  EXPECT_EQ(count_of(charts, "class=\"held good\""), 6U);
  EXPECT_EQ(count_of(charts, "class=\"mark buy\""), 6U);
  EXPECT_EQ(html.find("too near to be told apart"), std::string::npos);
}

// Twelve minutes without a mark: nobody recorded a slope.
TEST(HtmlReportTest, APriceStandsUntilItsNextMark) {
  Tape tape;
  tape.put(at_ms(0), paper_session());
  tape.put(at_ms(0), btcusdt());
  tape.put(at_ms(0), top("100", "101"));
  tape.put(at_minute(12), top("110", "111"));
  SessionReport report = report_of(tape);
  ASSERT_EQ(report.extras.prices.size(), 1U);
  EXPECT_TRUE(report.extras.prices[0].marks);
  const std::string html = to_html(report);
  const std::string line = between(html, "<path class=\"price\" d=\"", "\"");
  EXPECT_EQ(line.find('L'), std::string::npos) << line;
  EXPECT_EQ(count_of(line, "H"), 1U) << line;
  EXPECT_EQ(count_of(between(html, "<path class=\"price dots\" d=\"", "\""), "M"), 2U);
  EXPECT_NE(html.find("mid price: the marks on record, each until the next"), std::string::npos);
  Tape often = tape;  // a mark a second: points over the whole line would only thicken it
  for (int i = 1; i <= 20; ++i) often.put(at_minute(12, i), top("110", "111"));
  for (int i = 21; i <= 40; ++i)
    often.put(at_minute(12, i), i % 2 == 0 ? top("110", "111") : top("111", "112"));
  const std::string marked =
      between(to_html(report_of(often)), "<path class=\"price dots\" d=\"", "\"");
  EXPECT_EQ(count_of(marked, "M"), 4U) << "the ends of gaps, and of the line: " << marked;
  EXPECT_NE(html.find("\"name\":\"BTCUSDT, last mark\""), std::string::npos);

  report.extras.prices[0].marks = false;  // as a session saw them
  const std::string seen = to_html(report);
  EXPECT_EQ(seen.find("marks on record"), std::string::npos);
  EXPECT_EQ(seen.find("price dots"), std::string::npos);
}

TEST(HtmlReportTest, NamesOfLinesAreNotWrittenOverOneAnother) {
  ShortTape tape;  // two entries, seconds apart, at the same prices
  tape.entry_released().filled(LegRole::Entry, qty("1"), px("100")).put(top("100", "101"));
  tape.hold = HoldId(2);
  tape.entry_released().filled(LegRole::Entry, qty("1"), px("100")).put(top("100", "101"));
  const std::string near = to_html(tape.report());
  EXPECT_EQ(count_of(near, "<line class=\"level stop\"") - 1, 2U) << "one is the legend's";
  EXPECT_EQ(count_of(near, "<text class=\"level stop\""), 2U) << "room for both";
  tape.tape.put(at_minute(5), top("100", "101"));  // the same seconds are less of the page
  const std::string far = to_html(tape.report());
  EXPECT_EQ(count_of(far, "<line class=\"level stop\"") - 1, 2U);
  EXPECT_EQ(count_of(far, "<text class=\"level stop\""), 1U);
}

TEST(HtmlReportTest, DayIsShownWhereThereAreSeveral) {
  Tape tape;
  tape.put(at_ms(0), paper_session());
  tape.put(at_minute(60 * 20), SignalRefused{});
  EXPECT_NE(to_html(report_of(tape)).find("08-09 08:00:00"), std::string::npos);
}

}  // namespace
}  // namespace clawgate::report
