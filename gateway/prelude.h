// SPDX-License-Identifier: Apache-2.0
#pragma once

// The vocabulary and what the edges of the gateway read besides, compiled once (CMake's precompiled
// header). Files still include what they use.

#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "schemas/prelude.h"
