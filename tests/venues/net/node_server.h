// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>

#include "tests/support/temporary_directory.h"

namespace clawgate::testing {

/// tests/venues/node/server.mjs as a child process, with a certificate for `localhost` from an
/// authority made for it. Gone with its scope.
class NodeServer {
 public:
  /// Empty when node, its package ws and openssl are there; else what to say when skipping.
  static std::string missing();

  NodeServer();
  ~NodeServer();
  NodeServer(const NodeServer&) = delete;
  NodeServer& operator=(const NodeServer&) = delete;

  /// "plain", "brief", "deaf", "tls"; 0 for any other name.
  [[nodiscard]] std::uint16_t port(const std::string& name) const;
  [[nodiscard]] std::string ca_file() const { return file("ca.pem"); }
  [[nodiscard]] std::string other_ca_file() const { return file("other_ca.pem"); }

 private:
  [[nodiscard]] std::string file(const std::string& name) const {
    return (directory_.path() / name).string();
  }
  void make_certificates() const;
  void start();

  TemporaryDirectory directory_;
  pid_t child_ = -1;
  int to_child_ = -1;
  std::map<std::string, std::uint16_t> ports_;
};

}  // namespace clawgate::testing
