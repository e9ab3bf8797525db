// A passkey's whole life against a running server: enrolled, signed in with, stepped up with, copied, stolen, removed.
import * as browser from "./browser.js";

const base = `http://localhost:${new URL(process.argv[2]).port}`;
const password = process.env.ASPIS_TEST_PASSWORD;
const auth = "/api/v1/auth";
const ada = "demo@example.org";

// A call of a program, perhaps with a token.
async function call(method, path, body, token) {
  const headers = { "user-agent": "story" };
  if (body) headers["content-type"] = "application/json";
  if (token) headers.authorization = `Bearer ${token}`;
  const response = await fetch(new URL(path, base), { method, headers, body: body && JSON.stringify(body) });
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : null };
}

function expect(what, { status, body }, wanted, code) {
  if (status !== wanted || (code && body?.code !== code)) {
    throw new Error(`${what}: ${status} ${JSON.stringify(body)} and not ${wanted} ${code ?? ""}`);
  }
  console.log(`passkeys: ${what}: ${status}${code ? ` ${code}` : ""}`);
  return body;
}

function same(what, seen, wanted) {
  if (JSON.stringify(seen) !== JSON.stringify(wanted)) {
    throw new Error(`${what}: ${JSON.stringify(seen)} and not ${JSON.stringify(wanted)}`);
  }
}

const signIn = (email, word) => call("POST", `${auth}/login`, { email, password: word });
const question = async (token) => (await call("POST", `${auth}/passkeys/options`, undefined, token)).body;
const send = (answer) => call("POST", `${auth}/passkeys/login`, answer);
const stepUp = (token, passkey) => call("POST", `${auth}/step-up`, { passkey }, token);
const answer = async (person, { ceremony, options }) => ({ ceremony, credential: await person.get(options) });
const enrol = async (person, token, name) => {
  const { ceremony, options } = (await call("POST", `${auth}/passkeys`, undefined, token)).body;
  const credential = await person.create(options);
  return { ceremony, credential, name };
};
const refused = ["was refused", 400, "invalid_passkey"];
const expectRefused = (what, reply) => expect(`${what} ${refused[0]}`, reply, refused[1], refused[2]);

async function enrols(owner) {
  const { access_token: token } = expect("a sign-in by password", await signIn(ada, password), 200);
  const { access_token: early } = expect("another one", await signIn(ada, password), 200);
  const made = await enrol(owner, token, "My telephone");
  const confirm = (what) => call("POST", `${auth}/passkeys/confirm`, what, token);
  const { recovery_codes: codes } = expect("a passkey was enrolled", await confirm(made), 200);
  same("recovery codes of the first factor", codes.length, 10);
  expectRefused("the same enrolment again", await confirm(made));
  const { passkeys } = (await call("GET", `${auth}/passkeys`, undefined, token)).body;
  same("what is listed", passkeys.map((key) => key.name), ["My telephone"]);
  expect("the password alone", await signIn(ada, password), 401, "totp_required");
  return { token, early, id: passkeys[0].id };
}

async function signsIn(owner) {
  const asked = await question();
  same("whom the question names", asked.options.publicKey.allowCredentials ?? [], []);
  const first = await answer(owner, asked);
  const { access_token: token } = expect("a sign-in without a name", await send(first), 200);
  const { sessions } = (await call("GET", `${auth}/sessions`, undefined, token)).body;
  same("the sign-in's factor", sessions.find((session) => session.current).second_factor, true);
  expectRefused("the same answer again", await send(first));
  expectRefused("the same answer to another question", await send({ ...first, ceremony: (await question()).ceremony }));
  return token;
}

async function browses(owner) {
  const login = { ...(await answer(owner, await question())), session: "cookie" };
  const body = expect("a sign-in of the browser", await owner.call("POST", `${auth}/passkeys/login`, login), 200);
  same("what a script can see of it", Object.keys(body).sort(), ["csrf_token", "expires_in"]);
  const session = (await owner.cookies()).find((cookie) => cookie.name === "aspis_session");
  same("its cookie", [session.httpOnly, session.sameSite], [true, "Strict"]);
  expect("the browser's own account", await owner.call("GET", `${auth}/me`), 200);
  const csrf = (token) => ({ "x-csrf-token": token, "x-requested-with": "story" });
  const ask = (headers) => owner.call("POST", `${auth}/passkeys/options`, undefined, headers);
  expect("a question of the browser without its token", await ask(), 403);
  const asked = expect("a question with it", await ask(csrf(body.csrf_token)), 200);
  const proof = { passkey: await answer(owner, asked) };
  const stepped = expect("a step-up of the browser", await owner.call("POST", `${auth}/step-up`, proof, csrf(body.csrf_token)), 200);
  const renewed = (await owner.cookies()).find((cookie) => cookie.name === "aspis_session");
  same("a new cookie with it", renewed.value !== session.value, true);
  const end = () => owner.call("POST", `${auth}/logout`, undefined, csrf(stepped.csrf_token));
  expect("the browser's sign-out", await end(), 204);
}

async function stepsUp(owner, early) {
  const renew = () => call("POST", `${auth}/recovery-codes`, undefined, early);
  expect("a sign-in from before the factor", await renew(), 401, "step_up_required");
  expect("its password", await call("POST", `${auth}/step-up`, { password }, early), 401, "totp_required");
  const asked = await question(early);
  same("keys that are asked", asked.options.publicKey.allowCredentials.length, 1);
  const proof = await answer(owner, asked);
  expect("its passkey", await stepUp(early, proof), 204);
  expectRefused("its passkey's answer again", await stepUp(early, proof));
  expect("what was asked for", await renew(), 201);
}

async function thievesFail(owner, thief, early) {
  const email = "eve@example.org";
  const person = { email, password: "several unrelated words 42", full_name: "Eve" };
  expect("somebody else registers", await call("POST", `${auth}/register`, person), 201);
  const { access_token: token } = (await signIn(email, person.password)).body;
  expect("and enrols", await call("POST", `${auth}/passkeys/confirm`, await enrol(thief, token, "Hers"), token), 200);
  // Her authenticator answers the question that was put to somebody else.
  const asked = await question(early);
  asked.options.publicKey.allowCredentials = [];
  expectRefused("another authenticator's answer", await stepUp(early, await answer(thief, asked)));
  const mine = await answer(owner, await question());
  const hers = await answer(thief, await question());
  hers.credential.response.userHandle = mine.credential.response.userHandle;
  expectRefused("her answer in another name", await send(hers));
  expectRefused("the answer of somebody else's key in her sign-in", await stepUp(token, mine));

  const forged = async (what, change) => {
    const made = await answer(owner, await question());
    change(made.credential.response);
    expectRefused(what, await send(made));
  };
  const data = (response, change) => {
    const said = JSON.parse(Buffer.from(response.clientDataJSON, "base64url"));
    response.clientDataJSON = Buffer.from(JSON.stringify({ ...said, ...change })).toString("base64url");
  };
  await forged("an answer of another page", (response) => data(response, { origin: "https://evil.example" }));
  await forged("an answer of another kind", (response) => data(response, { type: "webauthn.create" }));
  await forged("an answer with another signature", (response) => {
    const bytes = Buffer.from(response.signature, "base64url");
    bytes[bytes.length - 1] ^= 1;
    response.signature = bytes.toString("base64url");
  });
}

async function copiesFail(owner) {
  expect("an answer before the copy", await send(await answer(owner, await question())), 200);
  const count = await owner.setCounter(1);
  expectRefused("an answer of an older copy", await send(await answer(owner, await question())));
  await owner.setCounter(count + 10);
  expect("the authenticator that is ahead", await send(await answer(owner, await question())), 200);

  await owner.setVerified(false);
  const asked = await question();
  asked.options.publicKey.userVerification = "discouraged";
  expectRefused("an answer without its user", await send(await answer(owner, asked)));
  await owner.setVerified(true);
}

async function isRemoved(owner, { token, id }) {
  const kept = await question(token);
  const late = await answer(owner, kept);
  expect("the passkey was removed", await call("DELETE", `${auth}/passkeys/${id}`, undefined, token), 204);
  expectRefused("the removed key", await send(await answer(owner, await question())));
  expectRefused("an answer to a question from before", await stepUp(token, late));
  expect("no key is asked for", await call("POST", `${auth}/passkeys/options`, undefined, token), 404, "not_found");
  expect("the password alone is enough again", await signIn(ada, password), 200);
}

if (!browser.available) {
  console.log("=== SKIPPED: passkeys: there is no chromium");
} else {
  const running = await browser.open();
  try {
    const owner = await browser.person(running, base);
    const enrolled = await enrols(owner);
    await signsIn(owner);
    await browses(owner);
    await stepsUp(owner, enrolled.early);
    await thievesFail(owner, await browser.person(running, base), enrolled.early);
    await copiesFail(owner);
    await isRemoved(owner, enrolled);
  } finally {
    await running.close();
  }
}
