// SPDX-License-Identifier: Apache-2.0
#pragma once

// CLAWGATE_SANITIZED: a sanitizer's allocator and locks stand in for the system's.

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CLAWGATE_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CLAWGATE_SANITIZED 1
#endif
#endif
