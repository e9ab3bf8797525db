// A client whose types come from the document alone: signs in, reads a price, asks for the account.
import createClient from "openapi-fetch";
import type { paths } from "./schema.js";

const baseUrl = process.argv[2];
const password = process.env["ASPIS_TEST_PASSWORD"];
if (!baseUrl || !password) throw new Error("an address and ASPIS_TEST_PASSWORD are needed");

const client = createClient<paths>({ baseUrl });
const login = await client.POST("/api/v1/auth/login", { body: { email: "demo@example.org", password } });
if (!login.data) throw new Error(`no sign-in: ${login.error.code}`);
const headers = { authorization: `Bearer ${login.data.access_token}` };
const me = await client.GET("/api/v1/auth/me", { headers });
if (me.data?.email !== "demo@example.org") throw new Error("another account");
const price = await client.GET("/api/v1/price/{asset}", { params: { path: { asset: "BTC" } } });
if (!price.data || !(Number(price.data.price) > 0)) throw new Error("no price");
console.log(`typescript: signed in as ${me.data.email}, BTC at ${price.data.price}`);
