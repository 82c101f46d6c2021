// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "schemas/reason.h"

namespace clawgate {

/// For the edges: files, parsers, configuration, storage. `reason` is the row of the reason table
/// that was broken, `field` names where (a JSON pointer, a key, a file with its line), and `seen`
/// is what stood there, cut and made printable. Never a secret.
struct Error {
  Reason reason = Reason::None;
  std::string field;
  std::string seen;
};

/// One line for a person: field, rule, what was seen, what to do next.
[[nodiscard]] std::string to_text(const Error& error);

/// A value or an Error. The compiler warns when a caller drops it.
/// Test it, then use `*result`. `result.value()` on an Error stops the process: use it where
/// there is no way on, such as start-up and tests.
template <class T>
class [[nodiscard]] Result : public boost::system::result<T, Error> {
 public:
  using boost::system::result<T, Error>::result;
};

// Boost calls this by name from value().
[[noreturn]] inline void throw_exception_from_error(const Error& error,
                                                    const boost::source_location& where) {
  std::fprintf(stderr, "%s:%u: no value: %s\n", where.file_name(),
               static_cast<unsigned>(where.line()), to_text(error).c_str());
  std::abort();
}

}  // namespace clawgate
