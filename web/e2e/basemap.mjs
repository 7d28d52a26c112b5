// With a base map beneath: on the map at the desk, and taken along into the field. Run where the server has one (.ci/e2e).
import assert from "node:assert/strict";
import { accessible, SERVER } from "./browser.mjs";
import { account, signInAs } from "./people.mjs";

export const journeys = {
  "the base map lies beneath the boundaries, whose it is beside it, and can be switched off": async (v, { inside, basemap }) => {
    await v.open(`#map=12/${inside.lat}/${inside.lon}`);
    const credit = v.page.locator("#basemapcredit");
    await credit.waitFor();
    assert.ok((await credit.innerText()).includes(basemap.attribution));
    await v.page.locator(".basemap canvas").waitFor();
    // Something is drawn, and the lines of the units above it.
    await v.page.waitForFunction(() => {
      const canvas = document.querySelector(".basemap canvas");
      if (!canvas?.width) return false;
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      return data.some((value, i) => i % 4 === 3 && value > 128);
    });
    await v.shot("basemap-1");
    await v.page.click("#layersbutton");
    const box = v.page.locator('[name="basemap"]');
    assert.ok(await box.isChecked());
    await accessible(v);
    await v.shot("basemap-2-layers");
    await box.uncheck();
    assert.equal(await credit.isVisible(), false);
    assert.equal(await v.page.evaluate(() => document.activeElement.name), "basemap", "the focus stays");
    // Remembered on this device.
    await v.open(`#map=12/${inside.lat}/${inside.lon}`);
    assert.equal(await credit.isVisible(), false);
    assert.equal(await v.page.locator(".basemap").count(), 0, "what is switched off is not fetched");
    await v.page.click("#layersbutton");
    await box.check();
    await credit.waitFor();
  },

  "the base map goes along with an area, and lies under the sketch without a signal": async (v, { inside, basemap }) => {
    await v.context.grantPermissions(["geolocation"]);
    await signInAs(v, await account("ranger"));
    await v.page.goto(`${SERVER}/field?lang=${v.lang}#area`);
    await v.page.waitForLoadState("networkidle");
    const answer = await (await fetch(`${SERVER}/api/locate?x=${inside.lon}&y=${inside.lat}&crs=EPSG:4326`)).json();
    const { code } = answer.localities[0];
    await v.page.locator(`[name="area"] option[value="${code}"]`).waitFor({ state: "attached" });
    await v.page.selectOption('[name="area"]', code);
    assert.ok(await v.page.locator('[name="withbase"]').isChecked());
    await v.page.click("#take");
    const held = v.page.locator(`[data-area="${code}"]`);
    await held.filter({ hasText: basemap.attribution }).waitFor({ timeout: 30_000 });
    assert.match(await held.innerText(), /MB/);
    await v.page.waitForFunction(async () => (await navigator.serviceWorker.ready).active?.state === "activated");
    await v.shot("basemap-3-area");
    await accessible(v);
    await v.context.setGeolocation({ longitude: inside.lon, latitude: inside.lat, accuracy: 6 });
    await v.expecting(/ERR_INTERNET_DISCONNECTED|Failed to load|net::/, async () => {
      await v.context.setOffline(true);
      await v.page.goto("about:blank");
      await v.page.goto(`${SERVER}/field?lang=${v.lang}`);
      await v.page.click("#gps");
      await v.page.locator('.source[data-from="phone"]').waitFor();
      const sketch = v.page.locator('.sketch[data-lines="drawn"]');
      await sketch.waitFor();
      if (basemap.format === "mvt") {
        // Streams are not everywhere: farther out there is one.
        for (let i = 0; i < 7 && (await sketch.locator(".base path").count()) === 0; i += 1) {
          await v.page.locator(".sketchbox button").first().click();
          await v.page.waitForTimeout(500);
        }
        assert.ok((await sketch.locator(".base path").count()) > 0, "streams beneath the sketch");
      } else {
        const tiles = await sketch.locator("image").evaluateAll((images) => images.map((image) => image.href.baseVal));
        assert.ok(tiles.length > 0, "tiles beneath the sketch");
        const come = await v.page.evaluate((all) => Promise.all(all.map(async (url) => (await fetch(url)).status)), tiles);
        assert.ok(come.every((status) => status === 200 || status === 204) && come.includes(200), `${come}`);
      }
      assert.ok((await v.page.locator(".sketchbox p").innerText()).includes(basemap.attribution));
      await v.page.locator(".sketchbox").scrollIntoViewIfNeeded();
      await v.shot("basemap-4-offline");
      const before = await sketch.locator(".bar + text").textContent();
      await v.page.locator(".sketchbox button").last().click();
      await v.page.waitForFunction((bar) => document.querySelector(".sketch .bar + text").textContent !== bar, before);
      await accessible(v);
    });
    await v.context.setOffline(false);
    await v.page.goto(`${SERVER}/field?lang=${v.lang}#area`);
    await held.locator("button").last().click();
    await held.waitFor({ state: "detached" });
    assert.deepEqual(await v.page.evaluate(async () => (await caches.keys()).filter((name) => name.includes("basemap"))), [], "nothing of it is left");
  },
};
