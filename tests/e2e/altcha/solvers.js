// Every way in which a caller's program may solve a challenge. Each takes the challenge and gives the text to send.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import vm from "node:vm";
import { solveChallenge } from "altcha-lib";
import { deriveKey } from "altcha-lib/algorithms/pbkdf2";
import { pbkdf2, solveChallenge as widgetSolve } from "altcha/lib";

const payload = (challenge, solution) => btoa(JSON.stringify({ challenge, solution }));

export const library = async (challenge) =>
  payload(challenge, await solveChallenge({ challenge, deriveKey }));

export const widgetLibrary = async (challenge) =>
  payload(challenge, await widgetSolve({ challenge, deriveKey: pbkdf2.deriveKey }));

const globals = { crypto, performance, setTimeout, AbortController, TextEncoder, Uint8Array, ArrayBuffer, DataView };

// The worker's own file, as a browser would load it, with the little of a worker that it asks for.
export async function widgetWorker(challenge) {
  const source = await readFile(fileURLToPath(import.meta.resolve("altcha/workers/pbkdf2")), "utf8");
  const self = {};
  const solved = new Promise((resolve) => { self.postMessage = resolve; });
  vm.runInNewContext(source, { self, ...globals });
  self.onmessage({ data: { type: "work", challenge, counterStart: 0, counterStep: 1 } });
  const solution = await solved;
  if (!solution || solution.error) throw new Error(`the widget's worker failed: ${solution?.error}`);
  return payload(challenge, solution);
}

const words = ("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen " +
  "sixteen seventeen eighteen nineteen twenty").split(" ");

// What a person does with the other kind: reads the words and types digits.
export function person({ question, token }) {
  const [, a, sign, b] = /^What is (\w+) (plus|minus|times) (\w+)\?$/.exec(question);
  const [one, other] = [words.indexOf(a), words.indexOf(b)];
  const answer = { plus: one + other, minus: one - other, times: one * other }[sign];
  return `${token}:${answer}`;
}
