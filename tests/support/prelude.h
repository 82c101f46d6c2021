// SPDX-License-Identifier: Apache-2.0
#pragma once

// Compiled once for all tests (CMake's precompiled header). Files still include what they use.

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "schemas/prelude.h"
