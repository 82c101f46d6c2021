// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "schemas/strict_json.h"
#include "sim/market/formats.h"

namespace clawgate::sim {
namespace {

enum class Format : std::uint8_t { Unknown, CombinedStream, AggTradeCsv, AggTradeJson };

// `start` is not blank.
Format format_of(std::string_view start) {
  if (start.front() == '[') return Format::AggTradeJson;
  if (start.starts_with("agg_trade_id,")) return Format::AggTradeCsv;
  const std::size_t digits = start.find_first_not_of("0123456789");
  if (digits == 0 || digits == std::string_view::npos) return Format::Unknown;
  if (start[digits] == ',') return Format::AggTradeCsv;
  return start[digits] == ' ' ? Format::CombinedStream : Format::Unknown;
}

std::optional<Error> check(const std::vector<std::string>& files, const RecordingOptions& options) {
  const auto out_of_range = [](std::string_view field, std::string seen) {
    return Error{Reason::ConfigValueRange, std::string(field), std::move(seen)};
  };
  if (files.empty()) return Error{Reason::RecordingEmpty, "files", "none named"};
  if (options.spread.raw() < 0) return out_of_range("spread", to_text(options.spread));
  if (options.tick.raw() < 1) return out_of_range("tick", to_text(options.tick));
  if (options.size.raw() < 1) return out_of_range("size", to_text(options.size));
  return std::nullopt;
}

}  // namespace

Result<std::unique_ptr<MarketSource>> open_recording(std::vector<std::string> files,
                                                     SymbolId symbol,
                                                     std::string_view expected_symbol,
                                                     const RecordingOptions& options) {
  if (std::optional<Error> error = check(files, options)) return std::move(*error);
  Result<RecordingFiles> opened = RecordingFiles::open(std::move(files));
  if (!opened) return opened.error();
  const Result<bool> found = opened->peek();
  if (!found) return found.error();
  if (!*found) return Error{Reason::RecordingEmpty, opened->path(), "nothing but blank lines"};
  const std::string_view start = opened->line();
  switch (format_of(start)) {
    case Format::CombinedStream:
      return open_combined_stream(std::move(*opened), symbol, expected_symbol, options);
    case Format::AggTradeCsv:
      return open_agg_trades(std::move(*opened), false, symbol, expected_symbol, options);
    case Format::AggTradeJson:
      return open_agg_trades(std::move(*opened), true, symbol, expected_symbol, options);
    case Format::Unknown:
      break;
  }
  return Error{Reason::RecordingLine,
               opened->where({opened->place().file, opened->place().line + 1}) + ": format",
               printable(start.substr(0, start.find('\n')))};
}

}  // namespace clawgate::sim
