// SPDX-License-Identifier: Apache-2.0
#include "gateway/commands/serve_command.h"

#include <pthread.h>
#include <unistd.h>

#include <csignal>
#include <memory>
#include <utility>

#include "gateway/commands/commands.h"
#include "gateway/commands/stop_signal.h"
#include "gateway/serve/line_writer.h"
#include "schemas/record_json.h"

namespace clawgate::gateway {
namespace {

struct Arguments {
  std::string config;
  std::string data;
  bool json = false;
};

void wait_for_end(const Daemon& daemon, const sigset_t& stop) {
  constexpr timespec kLook{0, 50'000'000};
  while (!daemon.failed()) {
    if (sigtimedwait(&stop, nullptr, &kLook) > 0) return;
  }
}

int run(const Arguments& arguments, const VenueFactory& venue) {
  Daemon::Options options;
  if (!arguments.config.empty()) {
    auto config = read_config(arguments.config);
    if (!config) return usage_error(config.error());
    options.config = *config;
  }
  options.data = arguments.data;
  options.venue = venue;
  return serve(options, arguments.json);
}

}  // namespace

int serve(const Daemon::Options& options, bool json) {
  const sigset_t stop = block_stop_signals();
  std::signal(SIGPIPE, SIG_IGN);
  // Neither a start nor an end waits for a reader.
  LineWriter out(STDOUT_FILENO);
  LineWriter err(STDERR_FILENO);
  auto daemon = Daemon::start(options);
  if (!daemon) return usage_error(daemon.error());
  const std::string& url = (*daemon)->url();
  const std::string& data = options.data;
  if (json) {
    out.write("{\"url\":" + json_quote(url) + ",\"data\":" + json_quote(data) + "}\n");
  } else {
    out.write("clawgate serves at " + url + "\n  data    " + data + "\n  tokens  " + data +
              "/tokens   (mode 0600, one a principal)\n  status  clawgate status --data " + data +
              "\n");
  }
  const std::string& limits = (*daemon)->limits_note();
  if (!limits.empty() && !json) err.write(limits + "\n");
  wait_for_end(**daemon, stop);
  if (const auto error = (*daemon)->stop()) {
    err.write(to_text(*error) + "\n");
    return 1;
  }
  if (!json) out.write("stopped in order\n");
  return 0;
}

void add_serve_command(CLI::App& app, VenueFactory venue, int& exit_code) {
  CLI::App* const command =
      app.add_subcommand("serve", "The gateway: HTTP on a loopback address until it is stopped");
  command->footer(
      "It trades with the venue that the configuration names. In stage S0 that is a simulator on "
      "this\nmachine; it may be started later, or again: entries wait until its ledger agrees.\n\n"
      "  clawgate sim --port 8421 --data sim            in one terminal\n"
      "  clawgate serve --config gateway.yaml --data d  in another, with gateway.yaml:\n\n"
      "    venue:\n"
      "      rest_url: http://127.0.0.1:8421\n"
      "      ws_api_url: ws://127.0.0.1:8421/ws-api/v3\n"
      "      stream_url: ws://127.0.0.1:8421\n"
      "      api_key_file: sim/account-1.key       # 0600, as sim writes it\n"
      "      private_key_file: sim/account-1.pem   # a PEM, or an HMAC secret\n"
      "      orders: websocket                     # or rest: how orders and cancels go");
  const auto arguments = std::make_shared<Arguments>();
  command->add_option("--config", arguments->config, "Configuration (YAML); see clawgate doctor");
  command->add_option("--data", arguments->data, "Data directory: journal, evidence, tokens")
      ->required();
  command->add_flag("--json", arguments->json, "Print one line of JSON when ready");
  command->callback(
      [&exit_code, arguments, venue = std::move(venue)] { exit_code = run(*arguments, venue); });
}

}  // namespace clawgate::gateway
