// SPDX-License-Identifier: Apache-2.0
// validate.mjs SCHEMA_DIR < DOCUMENTS
// A line in is a contract's name, a space and a document in base64; a line out is 1 when the document
// is JSON that the contract's schema accepts, else 0.
import Ajv from "ajv/dist/2020.js";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2];
const suffix = ".schema.json";
const validators = new Map();
for (const file of readdirSync(folder)) {
  if (!file.endsWith(suffix)) continue;
  const ajv = new Ajv({ strict: true, strictRequired: false, allowUnionTypes: true });
  const schema = JSON.parse(readFileSync(join(folder, file), "utf8"));
  validators.set(file.slice(0, -suffix.length), ajv.compile(schema));
}

function accepts(line) {
  const [contract, base64] = line.split(" ");
  try {
    return validators.get(contract)(JSON.parse(Buffer.from(base64, "base64").toString("utf8")));
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

const lines = readFileSync(0, "utf8").split("\n").slice(0, -1);
process.stdout.write(lines.map((line) => (accepts(line) ? "1\n" : "0\n")).join(""));
