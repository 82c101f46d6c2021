// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>

#include "sim/market/recording_files.h"
#include "sim/market/source.h"

// The recording formats, one source each; open_recording() chooses.

namespace clawgate::sim {

[[nodiscard]] std::unique_ptr<MarketSource> open_combined_stream(RecordingFiles files,
                                                                 SymbolId symbol,
                                                                 std::string_view expected_symbol,
                                                                 const RecordingOptions& options);

[[nodiscard]] std::unique_ptr<MarketSource> open_agg_trades(RecordingFiles files, bool json,
                                                            SymbolId symbol,
                                                            std::string_view expected_symbol,
                                                            const RecordingOptions& options);

}  // namespace clawgate::sim
