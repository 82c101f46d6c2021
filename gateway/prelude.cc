// SPDX-License-Identifier: Apache-2.0
#include "gateway/prelude.h"
