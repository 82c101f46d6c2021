// SPDX-License-Identifier: Apache-2.0
#include "tests/venues/net/node_server.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "schemas/core/assert.h"
#include "schemas/strict_json.h"

namespace clawgate::testing {
namespace {

const std::string kNode = std::string(CLAWGATE_SOURCE_DIR) + "/tests/venues/node";

bool runs(const std::string& command) {
  return std::system((command + " >/dev/null 2>&1").c_str()) == 0;  // NOLINT(concurrency-*)
}

}  // namespace

std::string NodeServer::missing() {
  if (!runs("node --version")) return "node is not installed";
  if (!runs("openssl version")) return "openssl is not installed";
  if (!std::filesystem::exists(kNode + "/node_modules/ws")) {
    return "ws is not installed; run scripts/setup";
  }
  return {};
}

NodeServer::NodeServer() {
  make_certificates();
  start();
}

NodeServer::~NodeServer() {
  ::close(to_child_);
  ::waitpid(child_, nullptr, 0);
}

void NodeServer::make_certificates() const {
  const std::string dir = directory_.path().string();
  const std::string authority =
      " -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -addext "
      "basicConstraints=critical,CA:TRUE ";
  const std::string script =
      "cd '" + dir + "' && openssl req -x509 -subj /CN=test-ca -keyout ca.key -out ca.pem" +
      authority + "&& openssl req -x509 -subj /CN=other-ca -keyout o.key -out other_ca.pem" +
      authority +
      "&& openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost "
      "-keyout server.key -out server.csr && printf 'subjectAltName=DNS:localhost' > san && "
      "openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -days 2 -CAcreateserial "
      "-extfile san -out server.pem";
  CLAWGATE_ASSERT(runs("(" + script + ")"));
}

void NodeServer::start() {
  int in[2];
  int out[2];
  CLAWGATE_ASSERT(::pipe2(in, O_CLOEXEC) == 0 && ::pipe2(out, O_CLOEXEC) == 0);
  child_ = ::fork();
  CLAWGATE_ASSERT(child_ >= 0);
  if (child_ == 0) {
    ::dup2(in[0], 0);
    ::dup2(out[1], 1);
    const std::string script = kNode + "/server.mjs";
    ::execlp("node", "node", script.c_str(), file("server.key").c_str(), file("server.pem").c_str(),
             nullptr);
    ::_exit(127);
  }
  ::close(in[0]);
  ::close(out[1]);
  to_child_ = in[1];
  std::string line;
  char c = 0;
  while (::read(out[0], &c, 1) == 1 && c != '\n') line += c;
  ::close(out[0]);
  const Json ports = read_json(line).value();
  for (const JsonMember& member : ports.members) {
    ports_[member.name] = static_cast<std::uint16_t>(std::stoi(member.value.text));
  }
}

std::uint16_t NodeServer::port(const std::string& name) const {
  const auto found = ports_.find(name);
  return found == ports_.end() ? std::uint16_t{0} : found->second;
}

}  // namespace clawgate::testing
