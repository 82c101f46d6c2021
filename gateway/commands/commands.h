// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

#include <string>

#include "schemas/core/result.h"

// Each function adds a command to the program. A command sets `exit_code`: 0 success, 1 a finding,
// 2 bad usage or configuration.

namespace clawgate::gateway {

void add_session_commands(CLI::App& app, int& exit_code);   // paper, backtest
void add_report_command(CLI::App& app, int& exit_code);     // report
void add_signals_command(CLI::App& app, int& exit_code);    // signals read
void add_doctor_command(CLI::App& app, int& exit_code);     // doctor
void add_decisions_command(CLI::App& app, int& exit_code);  // decisions list, show, open, ...
void add_limits_command(CLI::App& app, int& exit_code);     // limits show, propose, apply
void add_stage_command(CLI::App& app, int& exit_code);  // stage status, promote, checklist, record
void add_eval_command(CLI::App& app, int& exit_code);   // eval trading
void add_operator_commands(CLI::App& app, int& exit_code);  // status, watch, holds, approve, ...

/// Prints the error for a person and answers the exit code for bad usage or configuration.
[[nodiscard]] int usage_error(const Error& error);

/// `given`, or where a person gave none, one that nobody used before.
[[nodiscard]] std::string command_id_of(const std::string& given);

}  // namespace clawgate::gateway
