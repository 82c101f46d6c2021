// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "gateway/config.h"
#include "gateway/serve/http_client.h"
#include "tests/support/child_process.h"

namespace clawgate::testing {

/// `clawgate sim` as a program of its own, with accounts of 10000 USDT each whose state survives
/// its death. The first start takes any port; a later one the same.
class SimProcess {
 public:
  SimProcess(std::string program, std::string data, std::size_t accounts = 1)
      : program_(std::move(program)), data_(std::move(data)), accounts_(accounts) {}

  void start() {
    std::vector<std::string> words = {program_,    "sim",        "--json",
                                      "--data",    data_,        "--port",
                                      port_,       "--market",   "BTCUSDT=synthetic:1",
                                      "--balance", "USDT=10000", "--balance",
                                      "BTC=0",     "--accounts", std::to_string(accounts_)};
    if (!with_tls) words.emplace_back("--no-tls");
    words.insert(words.end(), more.begin(), more.end());
    child_ = std::make_unique<ChildProcess>(words);
    const auto line = child_->read_line(std::chrono::seconds(30));
    said_ = nlohmann::json::parse(line.value_or(""), nullptr, false);
    ASSERT_TRUE(said_.is_object()) << "clawgate sim does not start";
    const std::string rest = text("rest");
    port_ = rest.substr(rest.rfind(':') + 1);
  }
  /// The exit code.
  int end(int signal) {
    const int code = child_->end(signal);
    child_.reset();
    return code;
  }

  [[nodiscard]] gateway::VenueSettings settings(std::size_t account = 0) const {
    const nlohmann::json& row = said_["accounts"][account];
    gateway::VenueSettings settings;
    settings.rest_url = text("rest");
    settings.ws_api_url = text("ws_api");
    settings.stream_url = text("streams");
    settings.api_key_file = row["api_key_file"];
    settings.private_key_file = row["private_key_file"];
    return settings;
  }
  /// The same over TLS, trusting the simulator's own authority.
  [[nodiscard]] gateway::VenueSettings tls_settings() const {
    gateway::VenueSettings settings = this->settings();
    settings.rest_url = text("rest_tls");
    settings.ws_api_url = text("ws_api_tls");
    settings.stream_url = text("streams_tls");
    settings.ca_file = text("ca");
    return settings;
  }
  [[nodiscard]] std::uint16_t port() const { return static_cast<std::uint16_t>(std::stoi(port_)); }
  /// Each asset's whole balance, as the exchange had it when it started.
  [[nodiscard]] nlohmann::json balances(std::size_t account = 0) const {
    return said_["accounts"][account]["balances"];
  }
  [[nodiscard]] std::string secret(const char* name) const { return said_["accounts"][0][name]; }

  /// The exchange's own word on orders and trades, as `journal prove --venue-export` reads it.
  [[nodiscard]] std::string export_text(std::size_t account = 0) const {
    return call("GET", "/sim/export?account=" + std::to_string(account));
  }
  [[nodiscard]] nlohmann::json orders(std::size_t account = 0) const {
    return nlohmann::json::parse(export_text(account), nullptr, false)["orders"];
  }
  [[nodiscard]] std::size_t orders_of(const std::string& status, std::size_t account = 0) const {
    std::size_t count = 0;
    for (const auto& order : orders(account)) count += order["status"] == status ? 1U : 0U;
    return count;
  }
  [[nodiscard]] std::string call(const std::string& method, const std::string& target,
                                 const std::string& body = "") const {
    const auto endpoint = gateway::endpoint_from(text("rest"));
    const auto answer = gateway::call(endpoint.value(), method, target, body);
    return answer ? answer->body : "";
  }

  bool with_tls = false;          // for the next start
  std::vector<std::string> more;  // options of it

 private:
  [[nodiscard]] std::string text(const char* name) const { return said_[name]; }

  std::string program_;
  std::string data_;
  std::size_t accounts_;
  std::string port_ = "0";
  nlohmann::json said_;
  std::unique_ptr<ChildProcess> child_;
};

}  // namespace clawgate::testing
