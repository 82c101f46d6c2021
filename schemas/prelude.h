// SPDX-License-Identifier: Apache-2.0
#pragma once

// The vocabulary that nearly every file reads, compiled once (CMake's precompiled header) under the
// presets that are built most. Files still include what they use: release and gcc build without.

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "schemas/command.h"
#include "schemas/core/digest.h"
#include "schemas/core/result.h"
#include "schemas/core/transition.h"
#include "schemas/fact.h"
#include "schemas/fact_risk.h"
#include "schemas/governed.h"
#include "schemas/instrument.h"
#include "schemas/limits.h"
#include "schemas/market.h"
#include "schemas/order.h"
#include "schemas/reason.h"
#include "schemas/signal.h"
#include "schemas/states.h"
#include "schemas/strict_json.h"
#include "schemas/trading_state.h"
#include "schemas/venue.h"
