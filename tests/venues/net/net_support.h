// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/venues/net/node_server.h"
#include "venues/net/asio_transport.h"

namespace clawgate::venues::net {

/// A running server and transports to it.
class NetTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string missing = clawgate::testing::NodeServer::missing();
    if (!missing.empty()) GTEST_SKIP() << missing;
    server_ = std::make_unique<clawgate::testing::NodeServer>();
    open({});
  }

  /// A new transport; what the options leave out is set for this server.
  void open(AsioOptions options) {
    options.allowed = HostAllowlist({"localhost", "127.0.0.1", "no-such-host.invalid"});
    if (options.ca_file.empty()) options.ca_file = server_->ca_file();
    transport_ = AsioTransport::open(std::move(options)).value();
  }

  [[nodiscard]] Endpoint plain(const std::string& port = "plain") const {
    return {.tls = false, .host = "127.0.0.1", .port = server_->port(port)};
  }
  [[nodiscard]] Endpoint tls(const std::string& host = "localhost") const {
    return {.tls = true, .host = host, .port = server_->port("tls")};
  }

  /// Polls until it holds; false after ten seconds.
  bool until(const std::function<bool()>& holds) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!holds()) {
      if (std::chrono::steady_clock::now() > end) return false;
      if (transport_->poll() == 0) std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
    return true;
  }

  void pass_ms(int ms) {
    bool over = false;
    transport_->at(UnixNanos{transport_->now().value() + ms * kNanosPerMilli},
                   [&over] { over = true; });
    EXPECT_TRUE(until([&] { return over; }));
  }

  HttpAnswer get(HttpClient& client, const std::string& target, std::int64_t timeout_ms = 5000) {
    return ask(client,
               {.method = "GET", .target = target, .timeout_ns = timeout_ms * kNanosPerMilli});
  }

  HttpAnswer ask(HttpClient& client, const HttpRequest& request) {
    std::optional<HttpAnswer> answer;
    bool inside = true;
    client.send(request, [&](const HttpAnswer& got) {
      EXPECT_FALSE(inside) << "called inside send()";
      EXPECT_FALSE(answer) << "called twice";
      answer = got;
    });
    inside = false;
    EXPECT_TRUE(until([&] { return answer.has_value(); })) << request.target;
    return answer.value_or(HttpAnswer{});
  }

  std::unique_ptr<clawgate::testing::NodeServer> server_;
  std::unique_ptr<AsioTransport> transport_;
};

/// What a socket told, in order: "open", "text ...", "closed ...".
class Told : public WebSocketEvents {
 public:
  void on_open() override { note("open"); }
  void on_text(std::string_view text) override { note("text " + std::string(text)); }
  void on_closed(std::string_view why) override { note("closed " + std::string(why)); }

  [[nodiscard]] bool has(std::string_view start) const {
    for (const std::string& line : lines) {
      if (line.starts_with(start)) return true;
    }
    return false;
  }

  std::vector<std::string> lines;
  std::function<void(const std::string&)> then;  // after each line

 private:
  void note(std::string line) {
    lines.push_back(std::move(line));
    if (then) then(lines.back());
  }
};

}  // namespace clawgate::venues::net
