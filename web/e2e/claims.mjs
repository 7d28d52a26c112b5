// A party's claim, drawn on the map: refused while it crosses itself, then filed; the zone rests on it.
import assert from "node:assert/strict";
import { SERVER } from "./browser.mjs";

const DISPUTE = "cay-sat-nam-nga";
const CROSSING = [[0.4, 0.4], [0.6, 0.6], [0.6, 0.4], [0.4, 0.6]];
const LINES = [[[0.4, 0.35], [0.5, 0.4], [0.6, 0.35]], [[0.4, 0.65], [0.5, 0.7], [0.6, 0.65]]];

const dossier = async () => (await fetch(`${SERVER}/api/disputes/${DISPUTE}`)).json();

/** The other journeys find the dispute as they expect it. */
async function withdrawAll(today) {
  for (const { id, stands } of (await dossier()).claim_records) {
    if (!stands) continue;
    const response = await fetch(`${SERVER}/api/disputes/${DISPUTE}/claims/${id}/withdrawal`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ by: "Cán bộ", date: today, document: { title: "Văn bản rút" } }),
    });
    assert.equal(response.status, 201, await response.text());
  }
}

/** Sets points given as shares of the map's width and height. The map grows while something is drawn on it. */
async function place(v, points) {
  await v.page.click('[data-act="draw"]');
  await v.page.locator('[data-draw="finish"]').waitFor();
  await v.page.waitForTimeout(400);
  const box = await v.page.locator("#map").boundingBox();
  assert.ok(box.height > 0.4 * v.page.viewportSize().height, "the map keeps its room while something is drawn");
  for (const [x, y] of points) {
    await v.page.mouse.click(box.x + box.width * x, box.y + box.height * y);
    await v.page.waitForTimeout(350); // two clicks faster than that are a double click
  }
}
async function draw(v, points) {
  await place(v, points);
  await v.page.click('[data-draw="finish"]');
  await v.page.locator("#drawbar").waitFor({ state: "hidden" });
}

async function file(v) {
  const [answer] = await Promise.all([
    v.page.waitForResponse((r) => r.url().includes(`/disputes/${DISPUTE}/claims`)),
    v.page.click('.claimform button[type="submit"]'),
  ]);
  return answer;
}

export const journeys = {
  "a claim is drawn, refused while it crosses itself, mended and filed by both parties": async (v, where) => {
    const { page } = v;
    const note = page.locator(".shapenote");
    await page.goto(`${SERVER}/?lang=${v.lang}&claim=${DISPUTE}`);
    await page.locator(".claimform").waitFor();
    await page.waitForLoadState("networkidle");
    assert.equal(await page.inputValue('[name="filed"]'), where.today);
    assert.equal(await page.getAttribute('[name="filed"]', "max"), where.today);
    await page.locator('[name="party"]').first().check();
    await page.check('[name="how"][value="line"]');
    await page.fill('[name="title"]', "Bản đồ bên A");
    await page.fill('[name="by"]', "Cán bộ");

    await draw(v, CROSSING);
    const drawn = await note.innerText();
    await place(v, LINES[0].slice(0, 2));
    await page.keyboard.press("Escape");
    await page.locator("#drawbar").waitFor({ state: "hidden" });
    assert.equal(await note.innerText(), drawn, "Escape gives up the new line and brings the finished one back");
    await v.expecting(/422/, async () => assert.equal((await file(v)).status(), 422));
    await page.locator(".claimresult .faults li").getByText(v.lang === "vi" ? /tự cắt/ : /crosses/).first().waitFor();
    assert.equal(await page.locator("[data-fault]").count(), 1, "the place of the fault can be shown");
    await page.click("[data-fault]");
    await v.shot("c1-refused");
    assert.equal(await page.inputValue('[name="by"]'), "Cán bộ", "nothing typed is lost");
    assert.equal(await note.innerText(), drawn, "nothing drawn is lost");

    try {
      await page.click("#zoomout");
      await page.waitForTimeout(400);
      await draw(v, LINES[0]);
      assert.equal((await file(v)).status(), 201);
      await page.locator(".claimdone").waitFor();
      await v.shot("c2-filed");
      assert.equal(await page.locator("[data-verdict]").count(), 0, "drawing asks nothing");
      // Without a drawn boundary there is nothing to set one claim against.
      assert.equal((await dossier()).zone, where.indicative ? "none" : "filed_by_one");

      await page.goto(`${SERVER}/?lang=${v.lang}&claim=${DISPUTE}`);
      await page.locator(".claimform").waitFor();
      await page.waitForLoadState("networkidle");
      assert.equal(await page.inputValue('[name="by"]'), "Cán bộ", "the name is remembered on this device");
      await page.locator('[name="party"]').nth(1).check();
      await page.fill('[name="title"]', "Bản đồ bên B");
      await draw(v, LINES[1]);
      assert.equal((await file(v)).status(), 201);
      await page.locator(".claimdone").waitFor();
      const { zone, claim_records: claims } = await dossier();
      assert.equal(zone, "filed");
      assert.deepEqual(claims.filter((c) => c.stands).map((c) => c.document.title).sort(), ["Bản đồ bên A", "Bản đồ bên B"]);
      await page.click(".claimdone button.primary");
      assert.equal(new URL(page.url()).searchParams.has("claim"), false, "a reload does not open the form again");
    } finally {
      await withdrawAll(where.today);
    }
  },
};
