// Three wrong sign-ins, and from then on each one needs a challenge: solved by every client that people use.
import * as browser from "./browser.js";
import * as solvers from "./solvers.js";

const base = process.argv[2];
const password = process.env.ASPIS_TEST_PASSWORD;
if (!base || !password) throw new Error("an address and ASPIS_TEST_PASSWORD are needed");

async function call(path, body) {
  const init = body && { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(new URL(path, base), init);
  return { status: response.status, body: await response.json() };
}

const demo = (challenge) => call("/api/v1/auth/login", { email: "demo@example.org", password, challenge });

function expect(what, { status, body }, wanted, code) {
  if (status !== wanted || (code && body.code !== code)) {
    throw new Error(`${what}: ${status} ${JSON.stringify(body)} and not ${wanted} ${code ?? ""}`);
  }
}

// Names that nobody has: their failures stay with this client when the owner of another name signs in.
for (const name of ["one", "two", "three"]) {
  const wrong = { email: `${name}@nobody.example`, password: "never the right one" };
  expect("a wrong sign-in", await call("/api/v1/auth/login", wrong), 401, "invalid_credentials");
}
const unsolved = await demo();
expect("the right password alone", unsolved, 401, "challenge_required");

let fresh = unsolved.body.challenge;
const proofs = { "altcha-lib": solvers.library, "the widget's library": solvers.widgetLibrary,
  "the widget's worker": solvers.widgetWorker };
if (browser.available) proofs["the widget in a browser"] = browser.widget;
else console.log("=== SKIPPED: the widget in a browser: there is no chromium");

for (const [name, solve] of Object.entries(proofs)) {
  const start = performance.now();
  const solution = await solve(fresh);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  expect(`solved by ${name}`, await demo(solution), 200);
  const again = await demo(solution);
  expect(`sent again after ${name}`, again, 401, "challenge_required");
  if (again.body.challenge?.parameters?.nonce === fresh.parameters.nonce) throw new Error("the same challenge again");
  console.log(`challenge: solved by ${name} in ${seconds} s, good once`);
  ({ body: fresh } = await call("/api/v1/auth/challenge"));
}

const easier = structuredClone(fresh);
easier.parameters.keyPrefix = "0";
expect("an easier copy, solved", await demo(await solvers.library(easier)), 401, "challenge_required");

const { body: sum } = await call("/api/v1/auth/challenge?kind=math");
expect("a sum", await demo(solvers.person(sum)), 200);
expect("a sum sent again", await demo(solvers.person(sum)), 401, "challenge_required");
const { body: other } = await call("/api/v1/auth/challenge?kind=math");
expect("a wrong answer", await demo(`${other.token}:9999`), 401, "challenge_required");
expect("the right answer after it", await demo(solvers.person(other)), 401, "challenge_required");
console.log("challenge: a sum is answered once");
