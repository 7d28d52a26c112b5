// The ranger's journeys: an answer where one stands, a report without a signal, a queue that nobody can lose.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { accessible, SERVER } from "./browser.mjs";
import { account, signInAs } from "./people.mjs";

/** Any picture will do. */
const PICTURE = readFileSync(new URL("../public/icon-192.png", import.meta.url));

const open = async (v, hash = "") => {
  await v.page.goto("about:blank");
  await v.page.goto(`${SERVER}/field?lang=${v.lang}${hash}`);
  await v.page.locator("#tabs a").first().waitFor();
};
/** The first visit with a signal: the page is kept on the phone from here on. */
const settled = async (v) => {
  await open(v);
  await v.page.evaluate(() => navigator.serviceWorker.ready);
  await v.page.waitForFunction(() => caches.keys().then((keys) => keys.length > 0));
  await v.page.waitForTimeout(500);
};
const stand = (v, { lon, lat }, accuracy = 8) => v.context.setGeolocation({ longitude: lon, latitude: lat, accuracy });
const tab = (v, name) => v.page.locator(`#tabs a[href="#${name}"]`).click();
const queued = (v, state) => v.page.locator(`.queued[data-state="${state}"]`);

async function fits(v) {
  const small = await v.page.$$eval(".screen button, .screen input:not([type=radio], [type=file]), .screen select, .tabs a, label.kind", (nodes) =>
    nodes.filter((n) => n.checkVisibility() && n.getBoundingClientRect().height < 51.5).map((n) => n.outerHTML.slice(0, 80)));
  assert.deepEqual(small, [], "targets too small for gloves");
  await accessible(v);
}

async function incident(v, id) {
  const response = await fetch(`${SERVER}/api/incidents/${id}`, { headers: { authorization: `Bearer ${process.env.GIAPRANH_TOKEN}` } });
  return response.ok ? response.json() : null;
}

export const journeys = {
  "a ranger asks where he stands, and reports": async (v, where) => {
    await v.context.grantPermissions(["geolocation"]);
    await signInAs(v, await account("ranger"));
    const at = where.stand;
    await stand(v, at, 42);
    await open(v);
    await v.shot("field-1-here");
    await v.page.click("#gps");
    await v.page.locator("[data-verdict]").waitFor();
    assert.match(await v.page.locator(".fixsaid").innerText(), /±42 m/);
    assert.match(await v.page.locator(".fixsaid").innerText(), /30 m/, "warns of a poor fix");
    await v.page.locator('.source[data-from="server"]').waitFor();
    if (where.hotspot) assert.equal(await v.page.locator("[data-verdict]").getAttribute("data-verdict"), "disputed");
    await fits(v);
    await v.shot("field-2-answer");
    await v.page.click("#report");
    await v.page.locator("form.report").waitFor();
    await v.page.click("#send");
    assert.notEqual(await v.page.locator("#formwrong").innerText(), "", "says what is missing");
    await v.page.locator("label.kind").first().click();
    await v.page.fill('textarea[name="description"]', "<script>alert(1)</script> \u202e chặt cây");
    await v.page.fill('[name="area"]', "0,4");
    await v.page.setInputFiles("#photofile", { name: "cay-bi-chat.png", mimeType: "image/png", buffer: PICTURE });
    await v.page.locator(".photos li").waitFor();
    await fits(v);
    await v.shot("field-3-report");
    await v.page.click("#send");
    await queued(v, "received").first().waitFor();
    assert.match(await queued(v, "received").first().innerText(), /1\/1/);
    await fits(v);
    await v.shot("field-4-received");
    const kept = await incident(v, await queued(v, "received").first().getAttribute("data-id"));
    assert.equal(kept.properties.area_ha, 0.4);
    assert.equal(kept.properties.photos.length, 1);
    assert.match(kept.properties.description, /<script>/);
  },

  "without a signal nothing is lost, and it goes by itself afterwards": async (v, where) => {
    await v.context.grantPermissions(["geolocation"]);
    const ranger = await account("ranger");
    await signInAs(v, ranger);
    await stand(v, where.report);
    await settled(v);
    await v.expecting(/ERR_INTERNET_DISCONNECTED|Failed to load|net::/, async () => {
      await v.context.setOffline(true);
      // Closed and opened again in the forest.
      await open(v, "#mine");
      assert.match(await v.page.locator("#net").innerText(), v.lang === "vi" ? /Không có mạng/ : /Offline/);
      await v.page.click("#newreport");
      await v.page.locator("form.report").waitFor();
      await v.page.locator("label.kind").nth(1).click();
      await v.page.locator(".taking summary").click();
      await v.page.fill('[name="typed"]', "22°13.10'N 102°38.46'E");
      await v.page.locator(".typed button").click();
      await v.page.locator(".where-box .coords").waitFor();
      const id = (await v.page.evaluate(() => location.hash)).split("/")[1];
      // Half written, the phone goes off; the draft is there again.
      await open(v, `#report/${id}`);
      assert.ok(await v.page.locator("label.kind input").nth(1).isChecked(), "the draft was kept");
      await v.page.click("#send");
      await queued(v, "waiting").waitFor();
      await v.shot("field-5-waiting");
      await fits(v);
      // Somebody else takes the phone: nothing of it goes away.
      await tab(v, "me");
      await v.page.click("#signout");
      await tab(v, "mine");
      await queued(v, "waiting").waitFor();
      assert.equal(await incident(v, id), null);
      await v.context.setOffline(false);
      await signInAs(v, await account("villager"));
      await open(v, "#mine");
      await v.page.waitForTimeout(1500);
      assert.equal(await queued(v, "waiting").count(), 1, "not sent in another's name");
      await signInAs(v, ranger);
      await open(v, "#mine");
      await queued(v, "received").waitFor();
      const kept = await incident(v, id);
      assert.equal(kept.properties.kind, "forest_fire");
      assert.equal(kept.properties.position_as_typed, "22°13.10'N 102°38.46'E");
    });
  },

  "an area is taken along, and the phone answers without a signal": async (v, where) => {
    await v.context.grantPermissions(["geolocation"]);
    await signInAs(v, await account("ranger"));
    // Beside the line, not on it: there is a way to it.
    const place = where.stand;
    const at = { lon: place.lon + 0.0006, lat: place.lat + 0.0006 };
    await settled(v);
    await tab(v, "area");
    const answer = await (await fetch(`${SERVER}/api/locate?x=${at.lon}&y=${at.lat}&crs=EPSG:4326`)).json();
    const { code } = answer.localities[0];
    await v.page.locator(`[name="area"] option[value="${code}"]`).waitFor({ state: "attached" });
    await v.page.selectOption('[name="area"]', code);
    await fits(v);
    await v.page.click("#take");
    await v.page.locator(".held").waitFor({ timeout: 30_000 });
    assert.match(await v.page.locator(".held").innerText(), /MB/);
    await v.shot("field-7-area");
    await stand(v, at, 6);
    await tab(v, "here");
    await v.page.click("#gps");
    await v.page.locator('.source[data-from="server"]').waitFor();
    const told = async () => (await v.page.locator("[data-verdict] h2").innerText()).trim();
    const theirs = await told();
    await v.expecting(/ERR_INTERNET_DISCONNECTED|Failed to load|net::/, async () => {
      await v.context.setOffline(true);
      await open(v);
      await v.page.click("#gps");
      await v.page.locator('.source[data-from="phone"]').waitFor();
      assert.equal(await told(), theirs, "the phone and the server agree");
      if (where.hotspot) assert.equal(await v.page.locator("[data-verdict]").getAttribute("data-verdict"), "disputed");
      await v.page.locator(".part-boundary .arrow").waitFor();
      await v.page.locator('.sketch[data-lines="drawn"]').waitFor();
      await v.shot("field-8-offline");
      await v.page.locator(".sketchbox").scrollIntoViewIfNeeded();
      await v.shot("field-9-map");
      await fits(v);
      // Typed, in a grid of Vietnam.
      await v.page.locator(".taking summary").click();
      await v.page.fill('[name="typed"]', "EPSG:9205 462791 2457880");
      await v.page.locator(".typed button").click();
      // On the built-in boundaries that place is outside the area taken along: then no answer, and no guess.
      await v.page.locator(where.indicative ? '[data-verdict="no_answer"]' : '.source[data-from="phone"]').waitFor();
      // Far from everything that was taken along.
      await v.page.fill('[name="typed"]', "10.5, 106.5");
      await v.page.locator(".typed button").click();
      await v.page.locator('[data-verdict="no_answer"], [data-verdict="none"]').waitFor();
      await v.page.click("#report");
      await v.page.locator("label.kind").nth(2).click();
      await v.page.click("#send");
      await queued(v, "waiting").waitFor();
      await v.context.setOffline(false);
      await queued(v, "received").waitFor({ timeout: 20_000 });
    });
  },

  "a perimeter is walked": async (v, where) => {
    await v.context.grantPermissions(["geolocation"]);
    await signInAs(v, await account("ranger"));
    const { lon, lat } = where.report;
    await stand(v, { lon: lon - 0.001, lat }, 5);
    await open(v, "#mine");
    await v.page.click("#newreport");
    await v.page.locator("label.kind").first().click();
    await v.page.click("#gps");
    await v.page.locator(".where-box .coords").waitFor();
    await v.page.click("#walk");
    for (const [dx, dy] of [[0, 0], [0.002, 0], [0.002, 0.002], [0, 0.002]]) {
      await stand(v, { lon: lon + dx, lat: lat + dy }, 5);
      await v.page.waitForTimeout(400);
    }
    await v.page.locator(".walk").scrollIntoViewIfNeeded();
    await v.shot("field-6-walk");
    await v.page.click("#walkdone");
    assert.match(await v.page.locator(".walk").innerText(), /4 /);
    await v.page.click("#send");
    await queued(v, "received").waitFor();
    const kept = await incident(v, await queued(v, "received").first().getAttribute("data-id"));
    assert.equal(kept.properties.how_placed, "walked");
    assert.ok(Math.abs(kept.properties.perimeter_m2 / 45_700 - 1) < 0.02, `${kept.properties.perimeter_m2} m²`);
  },
};
