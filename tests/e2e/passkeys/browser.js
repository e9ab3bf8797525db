// A real browser with authenticators that are made of nothing but its own code: what people have in their telephones.
import { spawnSync } from "node:child_process";
import { chromium } from "playwright-core";

const found = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
  .find((path) => path && spawnSync(path, ["--version"]).status === 0);

export const available = found !== undefined;

export const open = () =>
  chromium.launch({ executablePath: found, args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });

// Somebody with a browser of their own and one authenticator in it.
export async function person(browser, base) {
  const context = await browser.newContext({ bypassCSP: true });
  const page = await context.newPage();
  await page.goto(new URL("/docs", base).href);
  const wire = await context.newCDPSession(page);
  await wire.send("WebAuthn.enable");
  const options = {
    protocol: "ctap2", ctap2Version: "ctap2_1", transport: "internal", automaticPresenceSimulation: true,
    hasResidentKey: true, hasUserVerification: true, isUserVerified: true,
  };
  const { authenticatorId } = await wire.send("WebAuthn.addVirtualAuthenticator", { options });

  // As a page would: the options as they came, the credential as it is sent.
  const create = ({ publicKey }) => page.evaluate(async (json) => {
    const options = PublicKeyCredential.parseCreationOptionsFromJSON(json);
    return (await navigator.credentials.create({ publicKey: options })).toJSON();
  }, publicKey);
  const get = ({ publicKey }) => page.evaluate(async (json) => {
    const options = PublicKeyCredential.parseRequestOptionsFromJSON(json);
    return (await navigator.credentials.get({ publicKey: options })).toJSON();
  }, publicKey);

  // A call of the page itself, with its cookies.
  const call = (method, path, body, headers = {}) => page.evaluate(async (request) => {
    const init = { method: request.method, headers: request.headers };
    if (request.body) {
      init.headers["content-type"] = "application/json";
      init.body = JSON.stringify(request.body);
    }
    const response = await fetch(request.path, init);
    const text = await response.text();
    return { status: response.status, body: text ? JSON.parse(text) : null };
  }, { method, path, body, headers });

  // The clock of a copy that was made when the authenticator had answered `count` times.
  async function setCounter(count) {
    const { credentials } = await wire.send("WebAuthn.getCredentials", { authenticatorId });
    const [credential] = credentials;
    await wire.send("WebAuthn.removeCredential", { authenticatorId, credentialId: credential.credentialId });
    await wire.send("WebAuthn.addCredential", { authenticatorId, credential: { ...credential, signCount: count } });
    return credential.signCount;
  }

  const setVerified = (isUserVerified) => wire.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified });
  return { create, get, call, setCounter, setVerified, cookies: () => context.cookies() };
}
