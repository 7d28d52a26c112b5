// One browser for all journeys, and a page that watches itself: foreign requests, console errors, accessibility.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import AxeBuilder from "@axe-core/playwright";
import { chromium } from "playwright-core";

export const SERVER = (process.env.GIAPRANH_URL ?? "http://127.0.0.1:8080").replace(/\/$/, "");
const SHOTS = process.env.SHOTS || path.join(path.dirname(fileURLToPath(import.meta.url)), "shots");
const ARGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

// A certificate made for the journey alone: without this the browser keeps no page of such a server.
const OVER_TLS = SERVER.startsWith("https:") ? ["--ignore-certificate-errors"] : [];

export const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: [...ARGS, ...OVER_TLS] });

let signedIn;
/** The session of an administrator, made by .ci/e2e: what nobody may do without an account is tried in tests/it/access.rs. */
const cookies = (context) =>
  (signedIn ??= (async () => {
    const answer = await context.request.post(`${SERVER}/api/session`, { data: { name: "admin", password: process.env.GIAPRANH_PASSWORD ?? "" } });
    if (!answer.ok()) throw new Error(`signing in: ${answer.status()}`);
    return (await context.storageState()).cookies;
  })());

/** A fresh visitor. `finish` gives what went wrong unasked: requests to another origin and console errors. */
export async function visitor(browser, { lang, size, name }) {
  const context = await browser.newContext({ viewport: size, locale: lang === "vi" ? "vi-VN" : "en-GB", hasTouch: size.width < 600, permissions: ["clipboard-read", "clipboard-write"], ignoreHTTPSErrors: SERVER.startsWith("https:") });
  await context.addCookies(await cookies(context));
  const page = await context.newPage();
  const wrong = [];
  const bodies = new Map();
  let expected = null;
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (!["data:", "blob:"].includes(url.protocol) && url.origin !== new URL(SERVER).origin) wrong.push(`request to ${url.origin}`);
  });
  page.on("response", (response) => {
    if (!response.url().includes("/api/")) bodies.set(response.url(), response.body().catch(() => Buffer.alloc(0)));
  });
  page.on("console", (message) => {
    const text = `${message.text()} ${message.location().url}`;
    if (message.type() === "error" && !(expected && expected.test(text))) wrong.push(`console: ${text}`);
  });
  page.on("pageerror", (error) => wrong.push(`page error: ${error.message}`));
  mkdirSync(SHOTS, { recursive: true });

  return {
    page,
    context,
    lang,
    phone: size.width < 600,
    open: async (hash = "") => {
      await page.goto("about:blank");
      await page.goto(`${SERVER}/?lang=${lang}${hash}`);
      await page.locator("#ask select option").nth(1).waitFor({ state: "attached" });
      await page.waitForLoadState("networkidle");
    },
    /** The browser reports a refused or missing answer as an error of its own; here one is asked for. */
    expecting: async (pattern, step) => {
      expected = pattern;
      await step();
      expected = null;
    },
    /** A picture, where they are wanted (SHOTS): waiting for the page to settle takes a third of the time. */
    shot: async (what) => {
      if (!process.env.SHOTS && what !== "failed") return;
      await page.waitForTimeout(600);
      await page.waitForLoadState("networkidle");
      await page.waitForTimeout(300);
      await page.screenshot({ path: path.join(SHOTS, `${name}-${what}.png`) });
    },
    axe: async () => {
      const { violations } = await new AxeBuilder({ page }).withTags(WCAG).analyze();
      return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`);
    },
    /** Compressed size of everything but the boundaries. */
    loaded_bytes: async () => {
      const all = await Promise.all(bodies.values());
      return all.reduce((sum, body) => sum + gzipSync(body).length, 0);
    },
    finish: async () => {
      await context.close();
      return wrong;
    },
  };
}

/** Nothing axe-core finds, in light and in dark, and nothing wider than the screen. */
export async function accessible(v) {
  const wide = await v.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `scrolls sideways by ${wide} px`);
  for (const colorScheme of ["light", "dark"]) {
    await v.page.emulateMedia({ colorScheme });
    assert.deepEqual(await v.axe(), [], `axe, ${colorScheme}`);
  }
  await v.page.emulateMedia({ colorScheme: "light" });
}
