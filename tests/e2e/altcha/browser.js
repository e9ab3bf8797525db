// The widget itself, in a real browser: a page with nothing but the element, and what it would put into the form.
import { spawn, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const page = `<!doctype html><meta charset="utf-8"><title>widget</title>
<form><altcha-widget challenge="/challenge" auto="onload"></altcha-widget></form>
<script type="module">
  const widget = document.querySelector("altcha-widget");
  const tell = (told) => fetch("/told", { method: "POST", body: JSON.stringify(told) });
  widget.addEventListener("statechange", ({ detail }) => {
    const field = document.querySelector("input[name=altcha]");
    if (detail.state === "verified") setTimeout(() => tell({ field: field?.value, payload: detail.payload }));
    if (detail.state === "error") tell({ error: "the widget is in its state of error" });
  });
  await import("/altcha.js");
</script>`;

const found = [process.env.CHROMIUM, "chromium", "chromium-browser", "google-chrome"]
  .find((name) => name && spawnSync(name, ["--version"]).status === 0);

export const available = found !== undefined;

async function text(request) {
  let all = "";
  for await (const part of request) all += part;
  return all;
}

// A server for the page, which hands out the one challenge; resolves with what the page tells.
async function stage(challenge) {
  const script = await readFile(fileURLToPath(import.meta.resolve("altcha")));
  let tell;
  const told = new Promise((resolve) => { tell = resolve; });
  const server = createServer(async (request, response) => {
    const answer = (type, body) => response.writeHead(200, { "content-type": type }).end(body);
    if (request.url === "/") answer("text/html", page);
    else if (request.url === "/altcha.js") answer("text/javascript", script);
    else if (request.url === "/challenge") answer("application/json", JSON.stringify(challenge));
    else if (request.url === "/told") { tell(JSON.parse(await text(request))); answer("text/plain", ""); }
    else response.writeHead(404).end();
  });
  await new Promise((resolve) => { server.listen(0, "127.0.0.1", resolve); });
  return { server, told };
}

export async function widget(challenge) {
  const { server, told } = await stage(challenge);
  const profile = await mkdtemp(join(tmpdir(), "widget-"));
  const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"];
  const address = `http://127.0.0.1:${server.address().port}/`;
  const browser = spawn(found, [...flags, `--user-data-dir=${profile}`, address], { stdio: "ignore" });
  const late = new Promise((_, reject) => {
    setTimeout(reject, 120_000, new Error("the widget told nothing in time")).unref();
  });
  try {
    const { field, payload, error } = await Promise.race([told, late]);
    if (error || !payload || field !== payload) throw new Error(error ?? "the form's field is not the payload");
    return payload;
  } finally {
    const gone = new Promise((resolve) => { browser.once("exit", resolve); });
    browser.kill();
    await gone;
    server.closeAllConnections();
    server.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
