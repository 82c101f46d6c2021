// SPDX-License-Identifier: Apache-2.0
#include "gateway/report/format.h"

#include <gtest/gtest.h>

#include "gateway/report/axis.h"

namespace clawgate::report {
namespace {

TEST(FormatTest, NumbersAreGroupedAndRoundedHalfAwayFromZero) {
  EXPECT_EQ(grouped(123'456'789'012'345, 2), "1,234,567.89");
  EXPECT_EQ(grouped(100'500'000, 2), "1.01");  // 1.005
  EXPECT_EQ(grouped(100'499'999, 2), "1.00");
  EXPECT_EQ(grouped(-100'500'000, 2), "-1.01");
  EXPECT_EQ(grouped(-499'999, 2), "0.00") << "no minus before a zero";
  EXPECT_EQ(grouped(99'950'000'000, 0), "1,000");
  EXPECT_EQ(grouped(1, 8), "0.00000001");
  EXPECT_EQ(with_sign(150'000'000, 1), "+1.5");
  EXPECT_EQ(with_sign(-150'000'000, 1), "-1.5");
  EXPECT_EQ(with_sign(1, 2), "0.00");
  EXPECT_EQ(grouped(static_cast<Wide>(INT64_MAX) * 100, 2), "9,223,372,036,854.78");
}

TEST(FormatTest, DecimalsFollowTheStepOrTheSize) {
  EXPECT_EQ(decimals_of(1'000'000), 2);
  EXPECT_EQ(decimals_of(1), 8);
  EXPECT_EQ(decimals_of(50'000'000), 1);
  EXPECT_EQ(decimals_of(1'000'000'000), 0);
  EXPECT_EQ(decimals_of(0), 8);
  EXPECT_EQ(decimals_for(1'000'000'000), 2);  // 10
  EXPECT_EQ(decimals_for(999'999'999), 3);
  EXPECT_EQ(decimals_for(-10'000'000), 4);  // 0.1
  EXPECT_EQ(decimals_for(0), 8);
}

TEST(FormatTest, RatesAreShownAsPercentAndBasisPoints) {
  EXPECT_EQ(percent(bps(124)), "1.24 %");
  EXPECT_EQ(percent_with_sign(bps(124)), "+1.24 %");
  EXPECT_EQ(percent_with_sign(bps(-124)), "-1.24 %");
  EXPECT_EQ(percent(Rate{}), "0.00 %");
  EXPECT_EQ(percent(Rate::from_raw(5'000)), "0.01 %") << "half of the last digit is rounded up";
  EXPECT_EQ(percent(Rate::from_raw(4'999)), "0.005 %");
  EXPECT_EQ(percent(Rate::from_raw(1'300)), "0.001 %") << "0.13 of 10,000 is not nothing";
  EXPECT_EQ(percent(Rate::from_raw(1)), "0.000001 %");
  EXPECT_EQ(percent_with_sign(Rate::from_raw(-1'300)), "-0.001 %");
  EXPECT_EQ(percent_with_sign(Rate{}), "0.00 %");
  EXPECT_EQ(basis_points(Rate::from_raw(12'500)), "1.3 bp");
  EXPECT_EQ(basis_points(bps(-2)), "-2.0 bp");
}

TEST(FormatTest, DurationsUseTheUnitThatFits) {
  constexpr std::int64_t kMs = kNanosPerMilli;
  EXPECT_EQ(duration_text(999 * kMs), "999 ms");
  EXPECT_EQ(duration_text(1000 * kMs), "1.0 s");
  EXPECT_EQ(duration_text(59'999 * kMs), "59.9 s");
  EXPECT_EQ(duration_text(60'000 * kMs), "1 min 00 s");
  EXPECT_EQ(duration_text(3'599'999 * kMs), "59 min 59 s");
  EXPECT_EQ(duration_text(3'600'000 * kMs), "1 h 00 min");
  EXPECT_EQ(duration_text(300'000 * kMs - 5), "5 min 00 s") << "to the nearest millisecond";
  EXPECT_EQ(duration_text(-5 * kMs), "-5 ms");
}

TEST(FormatTest, WhatSomebodySetIsExact) {
  constexpr std::int64_t kS = kNanosPerSecond;
  EXPECT_EQ(exact_duration(6 * 3600 * kS), "6 h");
  EXPECT_EQ(exact_duration(6 * 3600 * kS + kS), "21601 s");
  EXPECT_EQ(exact_duration(60 * kS), "60 s");
  EXPECT_EQ(exact_duration(120 * kS), "2 min");
  EXPECT_EQ(exact_duration(30 * 24 * 3600 * kS), "30 d");
  EXPECT_EQ(exact_duration(kS), "1 s");
  EXPECT_EQ(exact_duration(kS + 1), "1000000001 ns");
  EXPECT_EQ(exact_duration(1'500 * kNanosPerMilli), "1500 ms");
  EXPECT_EQ(exact_duration(0), "0 s");
  for (const std::int64_t ns :
       {std::int64_t{0}, std::int64_t{1}, 59 * kS, 3600 * kS, 86'400 * kS}) {
    EXPECT_EQ(parse_duration(exact_duration(ns)), ns);
  }
  EXPECT_EQ(parse_duration("6h"), 6 * 3600 * kS);
  for (const std::string_view wrong :
       {"", "h", "6", "-6h", "6 hours", "6  h", "6h ", "1.5h", "9223372036854775807s"}) {
    EXPECT_FALSE(parse_duration(wrong).has_value()) << wrong;
  }
}

TEST(FormatTest, AMomentSaysHowFarItIs) {
  const UnixNanos now(1'767'614'400 * kNanosPerSecond);  // 2026-01-05T12:00:00Z
  const auto at = [&](std::int64_t seconds) {
    return moment_text(UnixNanos(now.value() + seconds * kNanosPerSecond), now);
  };
  EXPECT_EQ(at(0), "12:00:00 UTC (0 s ago)");
  EXPECT_EQ(at(-119), "11:58:01 UTC (119 s ago)");
  EXPECT_EQ(at(-120), "11:58:00 UTC (2 min ago)");
  EXPECT_EQ(at(-3 * 3600), "09:00:00 UTC (3 h ago)");
  EXPECT_EQ(at(3 * 3600 + 59), "15:00:59 UTC (in 3 h)");
  EXPECT_EQ(at(-24 * 3600), "2026-01-04 12:00:00 UTC (24 h ago)") << "another day has its date";
  EXPECT_EQ(at(10 * 24 * 3600), "2026-01-15 12:00:00 UTC (in 10 d)");
}

TEST(FormatTest, TextThatMisleadsIsShownByNumber) {
  EXPECT_EQ(printable("plain é ✓ 漢"), "plain é ✓ 漢");
  EXPECT_EQ(printable("\x1b[31mred"), "<U+001B>[31mred");
  EXPECT_EQ(printable("a\nb\tc"), "a<U+000A>b<U+0009>c");
  EXPECT_EQ(printable("a\xE2\x80\xAE"
                      "b"),
            "a<U+202E>b");                                       // right-to-left override
  EXPECT_EQ(printable("\xC2\x9B"), "<U+009B>");                  // a control of one byte in Latin-1
  EXPECT_EQ(printable("\xEF\xBB\xBF"), "<U+FEFF>");              // zero width
  EXPECT_EQ(printable("\xFF\xC0\x80"), "<FF><C0><80>");          // not UTF-8, and an overlong zero
  EXPECT_EQ(printable("\xED\xA0\x80"), "<ED><A0><80>");          // half of a surrogate pair
  EXPECT_EQ(printable("\xF4\x90\x80\x80"), "<F4><90><80><80>");  // above U+10FFFF
  EXPECT_EQ(printable("\xE2\x82"), "<E2><82>");                  // cut
}

TEST(FormatTest, CutCountsCodePointsNotBytes) {
  EXPECT_EQ(columns("añb"), 3U);
  EXPECT_EQ(cut("añb", 3), "añb");
  EXPECT_EQ(cut("añbc", 3), "añ…");
  EXPECT_EQ(cut("ññññ", 2), "ñ…");
  EXPECT_EQ(first_columns("añbc", 2), "añ");
  EXPECT_EQ(first_columns("añ", 2), "añ");
  EXPECT_EQ(first_columns("añ", 0), "");
}

TEST(AxisTest, PlacesValuesBetweenItsEnds) {
  const Axis axis(10, 20);
  EXPECT_EQ(axis.millionths(10), 0);
  EXPECT_EQ(axis.millionths(15), 500'000);
  EXPECT_EQ(axis.millionths(20), 1'000'000);
  EXPECT_EQ(axis.millionths(9), 0);
  EXPECT_EQ(axis.millionths(21), 1'000'000);
  EXPECT_EQ(Axis(5, 5).millionths(5), 500'000);
  EXPECT_EQ(Axis(INT64_MIN, INT64_MAX).millionths(0), 500'000);
  EXPECT_EQ(percent_position(432'105), "43.2105%");
  EXPECT_EQ(percent_position(0), "0%");
}

TEST(AxisTest, TicksAreRoundAndFew) {
  EXPECT_EQ(round_ticks(0, 100, 5).at, (std::vector<std::int64_t>{0, 50, 100}));
  EXPECT_EQ(round_ticks(-7, 7, 8).at, (std::vector<std::int64_t>{-6, -4, -2, 0, 2, 4, 6}));
  EXPECT_EQ(round_ticks(101, 109, 5).at, (std::vector<std::int64_t>{102, 104, 106, 108}));
  EXPECT_EQ(round_ticks(3, 3, 5).at, (std::vector<std::int64_t>{3}));
  EXPECT_LE(round_ticks(INT64_MIN, INT64_MAX, 5).at.size(), 40U);
  for (std::int64_t range = 1; range < 5000; range += 37) {
    const Ticks ticks = round_ticks(1000, 1000 + range, 6);
    EXPECT_LE(ticks.at.size(), 7U) << range;
    for (const std::int64_t at : ticks.at) EXPECT_EQ(at % ticks.step, 0);
  }
}

TEST(AxisTest, TimesFallOnTheClock) {
  const UnixNanos noon(1'723'118'400 * kNanosPerSecond);
  const auto after = [&](std::int64_t seconds) {
    return UnixNanos(noon.value() + seconds * kNanosPerSecond);
  };
  EXPECT_EQ(time_ticks(noon, after(4 * 3600), 8).step, 1800 * kNanosPerSecond);
  EXPECT_EQ(time_ticks(noon, after(4 * 3600 + 1800), 8).step, 3600 * kNanosPerSecond);
  EXPECT_EQ(time_ticks(noon, after(8), 8).step, kNanosPerSecond);
  EXPECT_EQ(time_ticks(after(1), after(3599), 8).at.front(), after(600).value());
}

}  // namespace
}  // namespace clawgate::report
