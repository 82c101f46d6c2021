// SPDX-License-Identifier: Apache-2.0
#include "schemas/prelude.h"
