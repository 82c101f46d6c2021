// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/ioctl.h>
#include <unistd.h>

#include "gateway/report/text_report.h"

namespace clawgate::gateway {

/// How standard output is written to: painted and as wide as the terminal where it is one.
struct Page {
  report::Colour colour = report::Colour::Off;
  std::size_t width = report::kUsualWidth;
};

[[nodiscard]] inline Page page_of_stdout() {
  if (::isatty(STDOUT_FILENO) != 1) return {};
  Page page{.colour = report::Colour::On};
  winsize size{};
  const bool known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  if (known) page.width = size.ws_col;
  return page;
}

}  // namespace clawgate::gateway
