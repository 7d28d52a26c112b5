// Journeys on the pages the server writes itself: read, print, enter, download.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { SERVER } from "./browser.mjs";

const WORDS = {
  vi: { timeline: "Diễn biến", event: "Thêm sự kiện", claim: "Nộp yêu cầu", open: "Mở hồ sơ tranh chấp mới", crosses: "tự cắt", listeners: "Lượt người nghe: 988", accepted: "đã tiếp nhận" },
  en: { timeline: "Timeline", event: "Add an event", claim: "File a party", open: "Open a dispute", crosses: "crosses", listeners: "Listeners: 988", accepted: "accepted" },
};

async function visit(v, path) {
  await v.page.goto(`${SERVER}${path}${path.includes("?") ? "&" : "?"}lang=${v.lang}`);
  assert.equal(await v.page.locator("html").getAttribute("lang"), v.lang);
}

async function fitsAndIsAccessible(v) {
  const wide = await v.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `scrolls sideways by ${wide} px`);
  assert.deepEqual(await v.axe(), [], "axe");
}

const form = async (v, summary) => {
  const box = v.page.locator("details", { has: v.page.locator("summary", { hasText: summary }) }).first();
  await box.locator("summary").click();
  return box.locator("form");
};

export const journeys = {
  "a dossier is read, told and printed": async (v, where) => {
    await visit(v, "/disputes/cay-sat-nam-nga");
    await v.page.getByRole("heading", { name: WORDS[v.lang].timeline }).waitFor();
    assert.equal((await v.page.locator("figure svg").count()) > 0, !where.indicative, "a map where the line is drawn");
    await fitsAndIsAccessible(v);
    await v.shot("p1-dossier");
    const told = await form(v, WORDS[v.lang].event);
    const what = `${v.lang} ${v.phone} ${Date.now()}`;
    await told.locator('[name="text"]').fill(what);
    await told.locator('[name="document.title"]').fill("Biên bản");
    await told.locator('[name="document.file"]').setInputFiles({ name: "biên bản.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF") });
    await Promise.all([v.page.waitForEvent("load"), told.locator("button").click()]);
    await v.page.locator(".timeline li", { hasText: what }).waitFor();
    await v.page.emulateMedia({ media: "print" });
    assert.equal(await v.page.locator("form:visible, nav:visible").count(), 0, "paper has no forms");
  },

  "a claim that crosses itself is refused with its place": async (v) => {
    await visit(v, "/disputes/nam-ke-na-co-sa");
    const claim = await form(v, WORDS[v.lang].claim);
    const line = { type: "LineString", coordinates: [[102.55, 22.0], [102.57, 22.02], [102.57, 22.0], [102.55, 22.02]] };
    await claim.locator('[name="geojson"]').setInputFiles({ name: "a.geojson", mimeType: "application/geo+json", buffer: Buffer.from(JSON.stringify(line)) });
    await claim.locator('[name="document.title"]').fill("Bản đồ");
    await v.expecting(/422/, async () => {
      await claim.locator("button").click();
      await claim.locator(".said.bad", { hasText: WORDS[v.lang].crosses }).waitFor();
    });
    assert.match(await claim.locator(".said").innerText(), /22\.01\d*, 102\.56/);
    assert.equal(await claim.locator('[name="document.title"]').inputValue(), "Bản đồ", "nothing typed is lost");
  },

  "a dispute is opened and its dossier shown": async (v) => {
    await visit(v, "/disputes");
    await fitsAndIsAccessible(v);
    const open = await form(v, WORDS[v.lang].open);
    const name = `Thử ${v.lang} ${Date.now()}`;
    await open.locator('[name="name"]').fill(name);
    await open.locator('[name="parties.0.unit"]').fill("03004");
    await open.locator('[name="parties.1.unit"]').fill("03013");
    await open.locator('[name="text"]').fill("Thử");
    await open.locator('[name="document.title"]').fill("Biên bản");
    await open.locator("button").click();
    await v.page.waitForURL(/\/disputes\/thu-/);
    await v.page.getByRole("heading", { name }).waitFor();
    await v.shot("p2-opened");
  },

  "the yearly review is read and taken along": async (v) => {
    await visit(v, "/agreements/sa-pa-tan-uyen-tam-duong-2024/reviews/2023");
    await v.page.getByText(WORDS[v.lang].listeners).first().waitFor();
    await fitsAndIsAccessible(v);
    await v.shot("p3-review");
    for (const [word, begins] of [["DOCX", "PK"], ["XLSX", "PK"], ["CSV", "\ufeff"], ["GEOJSON", "{"]]) {
      const [download] = await Promise.all([v.page.waitForEvent("download"), v.page.getByRole("link", { name: word, exact: true }).click()]);
      assert.ok(readFileSync(await download.path(), "utf8").startsWith(begins), word);
    }
  },

  "a receiver accepts what a reform hands over": async (v) => {
    await visit(v, "/reforms/2025-07-01");
    await fitsAndIsAccessible(v);
    const box = v.page.locator("details", { has: v.page.locator("form") }).first();
    const receiver = (await box.locator("summary").innerText()).split(":")[0];
    await box.locator("summary").click();
    await Promise.all([v.page.waitForEvent("load"), box.locator("button").click()]);
    await v.page.locator("summary", { hasText: receiver }).filter({ hasText: WORDS[v.lang].accepted }).waitFor();
  },

  "every other page can be read": async (v) => {
    for (const path of ["/agreements", "/agreements/four-districts-2023", "/slivers", "/roles", "/reforms"]) {
      await visit(v, path);
      await v.page.locator("h1").waitFor();
      await fitsAndIsAccessible(v);
    }
  },
};
