// SPDX-License-Identifier: Apache-2.0
#include "tests/crash/crash_run.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <thread>

#include "gateway/audit/prove.h"
#include "gateway/audit/venue_export.h"
#include "gateway/entropy.h"
#include "gateway/serve/clock.h"
#include "gateway/serve/http_client.h"
#include "gateway/serve/principals.h"
#include "governance/journal/posix_store.h"
#include "governance/journal/verify.h"
#include "schemas/record_json.h"
#include "tests/support/unblock_draft.h"

namespace clawgate::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr auto kLook = milliseconds(10);
constexpr int kPatience = 30;  // seconds; a step that takes longer is a finding

}  // namespace

DeathFile::DeathFile(std::string path) : path_(std::move(path)) {
  const int file = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0 || ::ftruncate(file, sizeof(DeathBlock)) != 0) std::abort();
  void* const at = ::mmap(nullptr, sizeof(DeathBlock), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  ::close(file);
  if (at == MAP_FAILED) std::abort();
  block_ = static_cast<DeathBlock*>(at);
}

DeathFile::~DeathFile() {
  ::munmap(block_, sizeof(DeathBlock));
}

void DeathFile::arm(const DeathPoint& point, std::uint16_t venue_port) {
  for (auto& row : block_->calls) row.store(0);
  block_->died.store(0);
  block_->venue_port.store(venue_port);
  block_->kind.store(static_cast<std::uint32_t>(point.kind));
  block_->moment.store(static_cast<std::uint32_t>(point.moment));
  block_->at.store(point.call);
}

CrashRun::CrashRun(SimProcess& sim, std::size_t account, const std::string& folder,
                   DeathFile& death)
    : sim_(sim),
      account_(account),
      death_(death),
      config_(folder + "/gateway-" + std::to_string(account) + ".yaml"),
      data_(folder + "/data-" + std::to_string(account)),
      as_of_(time_text(gateway::SystemClock().wall().value())) {
  gateway::Config config;
  config.serve.port = 0;
  config.venue = sim.settings(account);
  std::ofstream(config_) << gateway::to_yaml(config);
}

void CrashRun::remove_data() const {
  std::filesystem::remove_all(data_);
}

// --- Speaking to it -----------------------------------------------------------------------------

std::pair<int, CrashRun::Json> CrashRun::ask(const std::string& who, const std::string& method,
                                             const std::string& target, const std::string& body) {
  auto endpoint = gateway::endpoint_from(url_);
  const auto token = gateway::read_secret(data_ + "/tokens/" + who + ".token");
  if (!endpoint || !token) return {0, {}};
  endpoint->token = *token;
  const auto got = gateway::call(*endpoint, method, target, body);
  if (!got) return {0, {}};
  return {got->status, Json::parse(got->body, nullptr, false)};
}

// What was answered well is acknowledged: whatever happens, it holds.
bool CrashRun::say(const std::string& who, const std::string& target, const Json& body) {
  const auto [status, answer] = ask(who, "POST", target, body.dump());
  if (status == 0) return false;
  const std::lock_guard lock(saying_);
  if (status < 300) said_.push_back({who, target, body, answer});
  return true;
}

CrashRun::Json CrashRun::get(const std::string& target, const std::string& member) {
  const auto [status, body] = ask("reader", "GET", target);
  return status == 200 && body.contains(member) ? body[member] : Json();
}

bool CrashRun::is_gone() {
  return program_ == nullptr || program_->has_ended();
}

template <class Done>
bool CrashRun::wait(Done done, int patience) {
  const auto until = std::chrono::steady_clock::now() + seconds(patience);
  while (std::chrono::steady_clock::now() < until) {
    if (is_gone()) return false;
    if (done()) return true;
    std::this_thread::sleep_for(kLook);
  }
  return false;
}

// --- Steps --------------------------------------------------------------------------------------

bool CrashRun::start() {
  const std::map<std::string, std::string> environment = {
      {"LD_PRELOAD", CLAWGATE_DEATH_LIBRARY},
      {kDeathFile, death_.path()},
      {"ASAN_OPTIONS", "verify_asan_link_order=0"}};
  program_ =
      std::make_unique<ChildProcess>(std::vector<std::string>{CLAWGATE_PROGRAM, "serve", "--json",
                                                              "--config", config_, "--data", data_},
                                     environment);
  const auto line = program_->read_line(seconds(kPatience));
  if (!line) return false;
  const Json said = Json::parse(*line, nullptr, false);
  if (!said.is_object()) return false;
  url_ = said["url"];
  // Entries wait for the venue, and for a market.
  return wait(
      [&] {
        if (ask("reader", "GET", "/readyz").first != 200) return false;
        for (const Json& block : get("/v1/status", "blocks")) {
          if (block["kind"] == "condition") return false;
        }
        return has_market();
      },
      kPatience);
}

bool CrashRun::has_market() {
  auto endpoint = gateway::endpoint_from(url_);
  const auto token = gateway::read_secret(data_ + "/tokens/reader.token");
  if (!endpoint || !token) return false;
  endpoint->token = *token;
  const auto got = gateway::call(*endpoint, "GET", "/metrics");
  if (!got) return false;
  const std::string_view row = "clawgate_inputs_total{lane=\"market\"} ";
  const std::size_t at = got->body.find(row);
  return at != std::string::npos && got->body[at + row.size()] != '0';
}

bool CrashRun::stop() {
  if (is_gone()) return false;
  return program_->end(SIGTERM) == 0;
}

bool CrashRun::signal(const std::string& id, const Json& more) {
  Json body = {
      {"schema_version", "1.0"},  {"intent_id", id},      {"source_engine", "tradingagents"},
      {"symbol", "BTCUSDT"},      {"side", "buy"},        {"confidence", 0.5},
      {"thesis", "because"},      {"time_horizon", "1d"}, {"as_of", as_of_},
      {"trace_id", "trace-" + id}};
  body.update(more);
  return say("engine", "/v1/signals", body);
}

bool CrashRun::approve(const std::string& command_id) {
  Json holds;
  if (!wait([&] { return !(holds = get("/v1/holds", "holds")).empty(); }, kPatience)) return false;
  return say("operator", "/v1/hitl/commands",
             {{"action", "approve"},
              {"command_id", command_id},
              {"hold", holds[0]["hold"]},
              {"digest", holds[0]["digest"]}});
}

bool CrashRun::reject(const std::string& command_id) {
  Json holds;
  if (!wait([&] { return !(holds = get("/v1/holds", "holds")).empty(); }, kPatience)) return false;
  return say("operator", "/v1/hitl/commands",
             {{"action", "reject"}, {"command_id", command_id}, {"hold", holds[0]["hold"]}});
}

bool CrashRun::kill(const std::string& command_id) {
  if (!say("operator", "/v1/hitl/commands", {{"action", "kill"}, {"command_id", command_id}})) {
    return false;
  }
  return wait([&] { return get("/v1/status", "kill_complete") == true; }, kPatience);
}

// The id of a decision, approved by the operator; null where the gateway is gone.
CrashRun::Json CrashRun::approved(const Json& draft, const std::string& number) {
  const auto [opened, decision] = ask("operator", "POST", "/v1/decisions", draft.dump());
  if (opened != 200) return nullptr;
  const Json id = decision["decision"]["decision"]["decision_id"];
  const Json approval = {
      {"action", "approve"}, {"command_id", "decide-" + number}, {"decision_id", id}};
  const auto [status, row] = ask("operator", "POST", "/v1/decisions/answer", approval.dump());
  return status == 200 ? id : Json(nullptr);
}

bool CrashRun::unblock(const std::string& cause) {
  const std::string number = std::to_string(++closed_);
  const Json id = approved(testing::unblock_draft(cause, number), number);
  if (id.is_null()) return false;
  return say("operator", "/v1/hitl/commands",
             {{"action", "unblock"},
              {"command_id", "unblock-" + number},
              {"cause", cause},
              {"decision_id", id}});
}

bool CrashRun::wait_protected() {
  return wait(
      [&] {
        const Json rows = get("/v1/positions", "positions");
        return rows.size() == 1 && rows[0]["protection"] == "LIVE";
      },
      kPatience);
}

bool CrashRun::wait_flat() {
  return wait([&] { return get("/v1/positions", "positions") == Json::array(); }, kPatience);
}

bool CrashRun::wait_order(const std::string& state) {
  return wait(
      [&] {
        const Json rows = get("/v1/orders", "orders");
        return std::any_of(rows.begin(), rows.end(),
                           [&](const Json& row) { return row["state"] == state; });
      },
      kPatience);
}

bool CrashRun::close_unknown() {
  const Json venue = sim_.orders(account_);
  for (const Json& row : get("/v1/orders", "orders")) {
    if (row["state"] != "UNKNOWN") continue;
    const bool there = std::any_of(venue.begin(), venue.end(), [&](const Json& order) {
      return order["client_order_id"] == row["client_order_id"];
    });
    if (there) continue;  // the venue tells, soon
    const std::string number = std::to_string(++closed_);
    const Json id = approved(testing::close_draft(row["client_order_id"], number), number);
    if (id.is_null()) return false;
    return say("operator", "/v1/hitl/commands",
               {{"action", "close_unknown"},
                {"command_id", "close-" + number},
                {"order", row["client_order_id"]},
                {"decision_id", id}});
  }
  return true;
}

bool CrashRun::arm_fault(const std::string& fault) {
  const std::string answer =
      sim_.call("POST", "/sim/faults", Json{{"fault", fault}, {"count", 1}}.dump());
  return !answer.empty() && !is_gone();
}

void CrashRun::end() {
  if (program_) program_->end(SIGKILL);
  program_.reset();
}

std::optional<int> CrashRun::ended_within(milliseconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!program_->has_ended()) {
    if (std::chrono::steady_clock::now() >= until) return std::nullopt;
    std::this_thread::sleep_for(kLook);
  }
  return program_->end(0);
}

std::string CrashRun::emergency_text() const {
  std::ifstream file(data_ + "/emergency.log");
  return {std::istreambuf_iterator<char>(file), {}};
}

std::future<bool> CrashRun::approve_meanwhile(const std::string& command_id) {
  return std::async(std::launch::async, [this, command_id] { return approve(command_id); });
}

std::future<bool> CrashRun::kill_meanwhile(const std::string& command_id) {
  const Json body = {{"action", "kill"}, {"command_id", command_id}};
  return std::async(std::launch::async,
                    [this, body] { return say("operator", "/v1/hitl/commands", body); });
}

// --- After the death ----------------------------------------------------------------------------

std::optional<std::string> CrashRun::recover() {
  end();
  death_.disarm();
  static_cast<void>(sim_.call("DELETE", "/sim/faults"));
  if (!start()) return "it does not come up again: " + at_work();
  if (auto lost = nothing_acknowledged_is_lost()) return lost;
  // Unknown is asked about for a while, then a person looks at the venue's records.
  int looks = 0;
  const bool settled = wait(
      [&] {
        if (++looks % 20 == 0) close_unknown();
        return is_settled();
      },
      kPatience);
  if (!settled) return "it does not settle: " + at_work();
  if (!stop()) return "it does not stop in order";
  program_.reset();
  return journal_and_venue_agree();
}

// The same words again are answered as they were the first time, and do nothing.
std::optional<std::string> CrashRun::nothing_acknowledged_is_lost() {
  for (const Said& row : std::vector<Said>(said_)) {
    const auto [status, answer] = ask(row.who, "POST", row.target, row.body.dump());
    const bool repeated = status == 200 && answer.value("replay_disposition", "") == "no_op";
    const bool same = answer.value("hold", Json()) == row.answer.value("hold", Json()) &&
                      answer.value("outcome", Json()) == row.answer.value("outcome", Json());
    if (repeated && same) continue;
    return "acknowledged and lost: " + row.body.dump() + ", then " + row.answer.dump() + ", now " +
           std::to_string(status) + " " + answer.dump();
  }
  return std::nullopt;
}

// What is held is guarded by an order at the venue itself.
bool CrashRun::is_guarded(const Json& position) {
  const RawDecimal quantity = parse_decimal(position["quantity"].get<std::string>());
  constexpr std::int64_t kStep = 1'000;  // BTCUSDT: 0.00001
  if (quantity.raw < kStep) return true;
  const Json venue = sim_.orders(account_);
  const bool there = std::any_of(venue.begin(), venue.end(), [](const Json& order) {
    return order["status"] == "NEW" && order["type"] == "STOP_LOSS" && order["side"] == "SELL";
  });
  return there && position["protection"] == "LIVE";
}

bool CrashRun::is_settled() {
  const Json orders = get("/v1/orders", "orders");
  const Json positions = get("/v1/positions", "positions");
  if (!orders.is_array() || !positions.is_array()) return false;
  for (const Json& row : orders) {
    const std::string state = row["state"];
    if (state == "RELEASED" || state == "SENT" || state == "UNKNOWN") return false;
  }
  return std::all_of(positions.begin(), positions.end(),
                     [&](const Json& row) { return is_guarded(row); });
}

std::string CrashRun::at_work() {
  if (is_gone()) return "it is gone";
  const std::string last = said_.empty() ? "" : said_.back().answer.dump();
  return "last answered " + last + " " + get("/v1/orders", "orders").dump() +
         get("/v1/positions", "positions").dump() + get("/v1/status", "blocks").dump() +
         " and at the venue " + sim_.orders(account_).dump();
}

std::optional<std::string> CrashRun::journal_and_venue_agree() {
  const auto store = journal::PosixStore::open_existing(data_ + "/journal");
  if (!store) return to_text(store.error());
  const journal::VerifyReport verified = journal::verify(**store);
  if (!verified.ok) return "journal verify: " + std::string(info(verified.findings[0].reason).code);
  const auto venue = audit::read_venue_export(sim_.export_text(account_));
  if (!venue) return to_text(venue.error());
  const auto proven = audit::prove(**store, {.venue = &*venue, .progress = {}});
  if (proven.ok()) return std::nullopt;
  return "journal prove: " + proven.finding->rule + " at " +
         std::to_string(proven.finding->seq.value()) + " " + proven.finding->record +
         ": expected " + proven.finding->expected + ", seen " + proven.finding->seen;
}

}  // namespace clawgate::testing
