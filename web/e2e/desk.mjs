// The official's journeys: incidents on the map and in the list, live; the day of the map; names.
import assert from "node:assert/strict";
import { accessible, launch, SERVER, visitor } from "./browser.mjs";
import { account, signInAs } from "./people.mjs";

const rows = (v) => v.page.locator(".incidents .incident");
const openIncidents = async (v) => {
  await v.open();
  await v.page.click("#tabincidents");
  await v.page.locator("#incidentcount").waitFor();
};

/** A report straight to the server, as a phone sends it. */
export async function report(place, more = {}) {
  const id = uuid7();
  const response = await fetch(`${SERVER}/api/incidents/${id}`, {
    method: "PUT",
    headers: { "content-type": "application/json", authorization: `Bearer ${process.env.GIAPRANH_TOKEN}` },
    body: JSON.stringify({ kind: "deforestation", position: { type: "Point", coordinates: [place.lon, place.lat] }, occurred_at: "2026-11-20T08:00:00+07:00", ...more }),
  });
  assert.equal(response.status, 201, await response.text());
  return id;
}
async function act(id, body) {
  const response = await fetch(`${SERVER}/api/incidents/${id}/acts`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${process.env.GIAPRANH_TOKEN}` },
    body: JSON.stringify(body),
  });
  assert.equal(response.status, 200, await response.text());
}
const uuid7 = () => {
  const time = Date.now().toString(16).padStart(12, "0");
  const rest = Array.from(crypto.getRandomValues(new Uint8Array(9)), (b) => b.toString(16).padStart(2, "0")).join("");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${rest.slice(0, 3)}-a${rest.slice(3, 6)}-${rest.slice(6, 18)}`;
};

export const journeys = {
  "incidents are listed, filtered and drawn": async (v, where) => {
    const hostile = "<img src=x onerror=alert(1)> \u202e" + "ă".repeat(9_900);
    const worst = await report(where.report, { kind: "illegal_logging", description: hostile, compartment: "<b>TK 12</b>" });
    const other = await report({ lon: where.report.lon + 0.02, lat: where.report.lat }, { kind: "forest_fire" });
    await openIncidents(v);
    assert.ok((await rows(v).count()) >= 2);
    await v.shot("desk-1-list");
    await accessible(v);
    await v.page.selectOption('[name="filter-kind"]', "forest_fire");
    await v.page.locator(`[data-incident="${other}"]`).waitFor();
    await v.page.waitForFunction(() => [...document.querySelectorAll(".incident .kindicon + strong")].every((n) => /cháy|fire/i.test(n.textContent)));
    assert.match(await v.page.locator(".address").textContent(), /kind=forest_fire/);
    await v.page.locator(`[data-incident="${other}"] button`).click();
    await v.page.locator("#incidentopen .chosen").waitFor();
    await v.shot("desk-2-chosen");
    await v.page.selectOption('[name="filter-kind"]', "");
    await v.page.check('[name="filter-disputed"]');
    // Neither of the two lies in a dispute.
    await v.page.waitForFunction(() => [...document.querySelectorAll("#incidentlist .incident")].every((row) => row.querySelector(".chip.party")));
    assert.equal(await v.page.locator(`[data-incident="${other}"]`).count(), 0);
    await v.page.goto(`${SERVER}/incidents/${worst}?lang=${v.lang}`);
    const text = await v.page.locator("main").innerText();
    assert.ok(text.includes("<img src=x onerror=alert(1)>") && text.includes("<b>TK 12</b>"), "what was typed is shown as text");
    assert.equal(await v.page.locator("main img, main b").count(), 0);
  },

  "what may be done is done beside the map, and what somebody else did first is told": async (v, where) => {
    const id = await report({ lon: where.report.lon, lat: where.report.lat + 0.02 });
    await openIncidents(v);
    await v.page.locator(`[data-incident="${id}"] button`).click();
    const opened = v.page.locator(`[data-opened="${id}"]`);
    await opened.locator('[data-act="verify"] summary').click();
    await accessible(v);
    await v.page.locator('[data-act="verify"] textarea').fill("Đã đến xem");
    await v.shot("desk-5-acts");
    // Another official comments meanwhile: the words typed stay, the first attempt is told why not, the second goes.
    await act(id, { do: "comment", text: "<b>Tôi</b> cũng thấy" });
    await v.page.waitForTimeout(1_000);
    assert.equal(await v.page.locator('[data-act="verify"] textarea').inputValue(), "Đã đến xem");
    const send = opened.locator('[data-act="verify"] button');
    await v.expecting(/412/, async () => {
      await send.click();
      await opened.locator('[data-act="verify"] .said.alert').waitFor();
    });
    await send.click();
    await v.page.locator(`[data-incident="${id}"][data-state="verified"]`).waitFor();
    await opened.locator(".story", { hasText: "Đã đến xem" }).waitFor();
    assert.ok((await opened.locator(".story").innerText()).includes("<b>Tôi</b>"), "shown as text");
    assert.equal(await opened.locator('[data-act="verify"]').count(), 0, "what is done is not offered again");
    await v.shot("desk-6-done");
    await v.page.click("#incidentclose");
    assert.equal(await v.page.locator("#incidentopen").isVisible(), false);
  },

  "a new report appears without a reload, in a browser beside": async (v, where) => {
    await openIncidents(v);
    await v.page.locator('[name="filter-kind"]').focus();
    // The second browser: a ranger's phone.
    const browser = await launch();
    const phone = await visitor(browser, { lang: v.lang, size: { width: 360, height: 740 }, name: "beside" });
    try {
      await phone.context.grantPermissions(["geolocation"]);
      await signInAs(phone, await account("ranger"));
      await phone.context.setGeolocation({ longitude: where.report.lon, latitude: where.report.lat, accuracy: 6 });
      await phone.page.goto(`${SERVER}/field?lang=${v.lang}#mine`);
      await phone.page.click("#newreport");
      await phone.page.locator("label.kind").nth(4).click();
      await phone.page.click("#gps");
      await phone.page.locator(".where-box .coords").waitFor();
      await phone.page.click("#send");
      const sent = phone.page.locator('.queued[data-state="received"]').first();
      await sent.waitFor();
      const id = await sent.getAttribute("data-id");
      await v.page.locator(`[data-incident="${id}"]`).waitFor();
      assert.equal(await v.page.evaluate(() => document.activeElement.name), "filter-kind", "the focus stays where it was");
      assert.match(await v.page.locator("#incidentsaid").innerText(), v.lang === "vi" ? /Tin mới/ : /New report/);
      assert.deepEqual(await phone.finish(), []);
    } finally {
      await browser.close();
    }
  },

  "somebody without an account is told how to get in": async (v) => {
    await v.context.clearCookies();
    await v.open();
    await v.page.click("#tabincidents");
    await v.page.locator("#incidentsign a").waitFor();
    assert.equal(await rows(v).count(), 0);
    await accessible(v);
  },

  "the map of another day, before and after the reform": async (v, where) => {
    await v.open();
    if (v.phone) await v.page.click("#layersbutton");
    const at = v.page.locator('[name="at"]');
    const today = await at.inputValue();
    if (where.indicative) {
      // The built-in boundaries know no day before it.
      assert.ok(await v.page.locator(".time button").first().isDisabled());
      return;
    }
    await v.page.locator(".time button").first().click();
    assert.equal(await at.inputValue(), "2025-06-30");
    await v.page.waitForLoadState("networkidle");
    assert.match(await v.page.locator("#timeday").innerText(), v.lang === "vi" ? /30\/06\/2025/ : /30 June 2025/);
    await accessible(v);
    await v.shot("desk-3-before");
    await v.page.locator(".time button").last().click();
    assert.equal(await at.inputValue(), today);
    await v.page.locator("#timeslider").focus();
    await v.page.keyboard.press("Home");
    assert.equal(await at.inputValue(), "2020-01-01");
  },

  "a name is found, with and without diacritics": async (v) => {
    await v.open();
    const input = v.page.locator('[name="place"]');
    for (const [typed, wanted] of [["quang lam", /03164/], ["Na Cô Sa", /Nậm Pồ/], ["03164", /Quảng Lâm/], ["Dền Thàng", /Bát Xát[\s\S]*Mường Nhé/]]) {
      await input.fill(typed);
      await v.page.waitForFunction((pattern) => new RegExp(pattern).test(document.querySelector("#placesfound").innerText), wanted.source);
    }
    await v.shot("desk-4-names");
    await accessible(v);
    await input.fill("quang lam");
    const before = await v.page.evaluate(() => location.hash);
    await v.page.locator("#placesfound button").first().click();
    await v.page.waitForFunction((hash) => location.hash !== hash, before);
    await input.fill("<script>alert(1)</script>");
    await v.page.waitForFunction(() => document.querySelectorAll("#placesfound button").length === 0);
  },
};
