// The analyst's journeys: layers with their sources, a filter that shows its query, downloads, a file attributed.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { accessible, SERVER } from "./browser.mjs";

const open = async (v) => {
  await v.page.goto("about:blank");
  await v.page.goto(`${SERVER}/data?lang=${v.lang}`);
  await v.page.locator("#layers tbody tr").first().waitFor();
  await v.page.waitForLoadState("networkidle");
};
/** Files brought in so far. */
let imported = 0;

export const journeys = {
  "layers, their sources, and the address for QGIS": async (v, { indicative }) => {
    await open(v);
    const layers = await v.page.locator("#layers").innerText();
    assert.match(layers, /182/);
    assert.equal(await v.page.locator("#banner").isVisible(), indicative);
    assert.match(await v.page.locator("#datasets").innerText(), / m/);
    assert.equal(await v.page.locator("#ogc").innerText(), `${SERVER}/ogc`);
    await v.shot("data-1");
    await accessible(v);
  },

  "a filter shows its query, its features, and gives all of them away": async (v) => {
    await open(v);
    await v.page.locator('[name="field"] option').nth(2).waitFor({ state: "attached" });
    await v.page.selectOption('[name="field"]', "name");
    await v.page.selectOption('[name="operator"]', "like");
    await v.page.fill('[name="value"]', "%Quảng Lâm");
    assert.match(decodeURIComponent(await v.page.locator("#query").innerText()).replaceAll("+", " "), /filter=name LIKE '%Quảng Lâm'/);
    await v.page.click('.filterform button[type="submit"]');
    await v.page.locator("#found + .wide td").first().waitFor();
    assert.match(await v.page.locator("#found + .wide").innerText(), /03164/);
    await v.page.locator("#query").scrollIntoViewIfNeeded();
    await v.shot("data-2");
    const wait = v.page.waitForEvent("download");
    await v.page.locator("#downloads a", { hasText: "RFC 7946" }).click();
    const file = JSON.parse(readFileSync(await (await wait).path(), "utf8"));
    assert.equal(file.type, "FeatureCollection");
    assert.deepEqual(file.features.map((f) => f.properties.code), ["03164"]);
    await v.page.fill('[name="value"]', "'; DROP TABLE incidents; --");
    await v.page.click('.filterform button[type="submit"]');
    await v.page.waitForFunction(() => /^0 /.test(document.querySelector("#found").textContent));
    assert.equal(await v.page.locator("#found + .wide td").count(), 0);
  },

  "a whole file gets its localities": async (v, where) => {
    await open(v);
    const { lon, lat, name } = where.inside;
    const rows = Array.from({ length: 500 }, (_, i) => `${i},${lon},${lat}`);
    await v.page.setInputFiles("#attributefile", { name: "canh-bao.csv", mimeType: "text/csv", buffer: Buffer.from(["id,longitude,latitude", ...rows].join("\n")) });
    await v.page.locator("#attributed a").waitFor();
    const wait = v.page.waitForEvent("download");
    await v.page.locator("#attributed a").click();
    const text = readFileSync(await (await wait).path(), "utf8").trim().split("\n");
    assert.equal(text.length, 501);
    assert.ok(text[500].includes(name), text[500]);
    assert.match(await v.page.locator("#attributesaid").innerText(), /500/);
    await v.page.locator("#attribute").scrollIntoViewIfNeeded();
    await v.shot("data-3");
    await v.expecting(/400/, async () => {
      await v.page.setInputFiles("#attributefile", { name: "trong.csv", mimeType: "text/csv", buffer: Buffer.from("a,b\n1,2\n") });
      await v.page.locator("#attributesaid", { hasText: v.lang === "vi" ? "Dừng giữa chừng" : "Stopped halfway" }).waitFor();
      assert.equal(await v.page.locator("#attributed a").count(), 0);
    });
  },

  "a file is shown first, and brought in when that is asked for": async (v, where) => {
    await open(v);
    const { lon, lat } = where.report;
    // Each time an alert of its own, days from the others: what is on record already is not brought in again.
    const day = new Date(Date.UTC(2026, 0, 5 + 5 * imported++)).toISOString().slice(0, 10);
    const csv = `latitude,longitude,bright_ti4,acq_date,acq_time,satellite,confidence,frp\n${lat},${lon},330.1,${day},1230,N20,high,3.2\n`;
    await v.page.setInputFiles("#importfile", { name: "firms.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
    await v.page.locator("#takein").waitFor();
    const report = await v.page.locator("#imported").innerText();
    assert.match(report, /VIIRS/);
    assert.match(report, /occurred_at ← acq_date/);
    await v.page.locator("#import").scrollIntoViewIfNeeded();
    await v.shot("data-4");
    await accessible(v);
    await v.page.click("#takein");
    await v.page.locator("#importsaid", { hasText: v.lang === "vi" ? "Đã ghi 1" : "Written: 1" }).waitFor();
    await v.expecting(/400/, async () => {
      await v.page.setInputFiles("#importfile", { name: "la.vrt", mimeType: "text/xml", buffer: Buffer.from("<x/>") });
      await v.page.locator("#importsaid", { hasText: v.lang === "vi" ? "Không nhập được" : "could not be brought in" }).waitFor();
    });
    assert.equal(await v.page.locator("#takein").count(), 0);
  },
};
