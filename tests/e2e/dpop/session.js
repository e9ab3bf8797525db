// One sign-in with each kind of key: asked for a nonce, bound, used, renewed, and worthless to whoever steals it.
import * as DPoP from "dpop";

const base = process.argv[2];
const password = process.env.ASPIS_TEST_PASSWORD;
if (!base || !password) throw new Error("an address and ASPIS_TEST_PASSWORD are needed");

// A client as RFC 9449, 8 wants it: keeps the newest nonce, and tries once more where it is asked for another.
class Client {
  constructor(pair) {
    this.pair = pair;
    this.asked = 0;
  }

  async once(method, path, body, token) {
    const url = new URL(path, base).href;
    const headers = { dpop: await DPoP.generateProof(this.pair, url, method, this.nonce, token) };
    if (token) headers.authorization = `DPoP ${token}`;
    if (body) headers["content-type"] = "application/json";
    const response = await fetch(url, { method, headers, body: body && JSON.stringify(body) });
    this.nonce = response.headers.get("dpop-nonce") ?? this.nonce;
    const text = await response.text();
    return { status: response.status, body: text ? JSON.parse(text) : null, headers: response.headers };
  }

  async call(...request) {
    const first = await this.once(...request);
    const authorization = first.headers.get("www-authenticate") ?? "";
    if (first.body?.error !== "use_dpop_nonce" && !authorization.includes('error="use_dpop_nonce"')) return first;
    this.asked += 1;
    return this.once(...request);
  }
}

function expect(what, { status, body }, wanted, code) {
  if (status !== wanted || (code && body?.code !== code)) {
    throw new Error(`${what}: ${status} ${JSON.stringify(body)} and not ${wanted} ${code ?? ""}`);
  }
  return body;
}

async function session(algorithm) {
  const ada = new Client(await DPoP.generateKeyPair(algorithm));
  const login = { email: "demo@example.org", password };
  const tokens = expect("sign-in", await ada.call("POST", "/api/v1/auth/login", login), 200);
  if (ada.asked !== 1) throw new Error(`a nonce was asked for ${ada.asked} times`);
  const claims = JSON.parse(Buffer.from(tokens.access_token.split(".")[1], "base64url"));
  const name = await DPoP.calculateThumbprint(ada.pair.publicKey);
  if (tokens.token_type !== "DPoP" || claims.cnf?.jkt !== name) throw new Error("the token is not bound to the key");

  expect("a resource", await ada.call("GET", "/api/v1/portfolio", null, tokens.access_token), 200);
  const headers = { authorization: `Bearer ${tokens.access_token}` };
  const bare = await fetch(new URL("/api/v1/portfolio", base), { headers });
  expect("the token alone", { status: bare.status, body: await bare.json() }, 401, "dpop_proof_required");
  const thief = new Client(await DPoP.generateKeyPair(algorithm));
  const stolen = await thief.call("GET", "/api/v1/portfolio", null, tokens.access_token);
  expect("another key", stolen, 401, "dpop_proof_required");

  const renewal = { refresh_token: tokens.refresh_token };
  const taken = await thief.call("POST", "/api/v1/auth/refresh", renewal);
  expect("another key's renewal", taken, 401, "invalid_refresh_token");
  const renewed = expect("a renewal", await ada.call("POST", "/api/v1/auth/refresh", renewal), 200);
  expect("the renewed token", await ada.call("GET", "/api/v1/auth/me", null, renewed.access_token), 200);
  expect("a sign-out", await ada.call("POST", "/api/v1/auth/logout", null, renewed.access_token), 204);
  expect("after it", await ada.call("GET", "/api/v1/auth/me", null, renewed.access_token), 401, "invalid_token");
  if (ada.asked !== 1) throw new Error("the nonce of an answer was not good for the next call");
}

const algorithms = ["ES256", "Ed25519"];
for (const algorithm of algorithms) await session(algorithm);
console.log(`dpop: signed in, called, renewed and signed out with ${algorithms.join(" and ")}; a thief got nothing`);
