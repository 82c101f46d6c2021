// SPDX-License-Identifier: Apache-2.0
// What the journeys of all clients share. The simulator's own JSON line is in SIM; which key and
// which transport in KEY (hmac, ed25519) and TRANSPORT (plain, tls).
import assert from 'node:assert/strict';

const sim = JSON.parse(process.env.SIM);
const account = sim.accounts[0];
const tls = process.env.TRANSPORT === 'tls';
const ed25519 = process.env.KEY === 'ed25519';

export const rest = tls ? sim.rest_tls : sim.rest;
export const wsApi = tls ? sim.ws_api_tls : sim.ws_api;
export const streams = tls ? sim.streams_tls : sim.streams;
export const usesEd25519 = ed25519;
export const apiKey = ed25519 ? account.ed25519_api_key : account.api_key;
export const secret = ed25519 ? account.ed25519_private_key : account.secret;
export const balances = account.balances;

export const near = (actual, expected, what) =>
  assert.ok(Math.abs(actual - expected) < 1e-9, `${what}: ${actual} instead of ${expected}`);

/// Keeps what a stream told, and waits for what it has yet to tell.
export class Heard {
  #events = [];
  #waiting = [];

  push(event) {
    this.#events.push(event);
    this.#waiting = this.#waiting.filter(({ matches, resolve }) => {
      if (!matches(event)) return true;
      resolve(event);
      return false;
    });
  }

  until(what, matches, ms = 8000) {
    const known = this.#events.find(matches);
    if (known) return Promise.resolve(known);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const seen = JSON.stringify(this.#events, (_, value) =>
          typeof value === 'bigint' ? value.toString() : value).slice(0, 4000);
        reject(new Error(`never heard: ${what}; heard ${seen}`));
      }, ms);
      this.#waiting.push({ matches, resolve: (event) => { clearTimeout(timer); resolve(event); } });
    });
  }
}

/// Runs the steps, says which one failed, and ends the process whatever the client left open.
export async function journey(name, steps) {
  let step = 'start';
  const at = (text) => { step = text; };
  const limit = setTimeout(() => {
    console.error(`${name}: stuck at "${step}"`);
    process.exit(1);
  }, 60_000);
  try {
    await steps(at);
  } catch (error) {
    console.error(`${name}: failed at "${step}"`);
    console.error(error);
    process.exit(1);
  }
  clearTimeout(limit);
  console.log(`${name}: done`);
  process.exit(0);
}
