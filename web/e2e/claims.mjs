// A party's claim, drawn on the map: refused while it crosses itself, then filed; the zone rests on it.
import assert from "node:assert/strict";
import { SERVER } from "./browser.mjs";

const DISPUTE = "cay-sat-nam-nga";
const CROSSING = [[0.4, 0.4], [0.6, 0.6], [0.6, 0.4], [0.4, 0.6]];

/** Map units a pixel at zoom 0, of tiles 256 pixels wide in Web Mercator. */
const ZOOM_0 = 156_543.033928;
const mercator = ([lon, lat]) => [lon * 111_319.490793, Math.log(Math.tan((Math.PI / 4) * (1 + lat / 90))) * 6_378_137];

const dossier = async () => (await fetch(`${SERVER}/api/disputes/${DISPUTE}`)).json();

/** The other journeys find the dispute as they expect it. */
async function withdrawAll(today) {
  for (const { id, stands } of (await dossier()).claim_records) {
    if (!stands) continue;
    const response = await fetch(`${SERVER}/api/disputes/${DISPUTE}/claims/${id}/withdrawal`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${process.env.GIAPRANH_TOKEN}` },
      body: JSON.stringify({ by: "Cán bộ", date: today, document: { title: "Văn bản rút" } }),
    });
    assert.equal(response.status, 201, await response.text());
  }
}

/** A view of the middle of the stretch, and one line for each party: both leave it and come back to it, on either side.
 *  Without a stretch: two lines in the middle of whatever the map opens at. */
async function lines() {
  const { features } = await (await fetch(`${SERVER}/api/disputes`)).json();
  const stretch = features.find((f) => f.properties.role === "stretch" && f.properties.id === DISPUTE)?.geometry;
  if (!stretch) return { hash: "", lines: [0.35, 0.65].map((y) => [[0.4, y], [0.5, y + 0.05], [0.6, y]]) };
  const line = stretch.type === "LineString" ? stretch.coordinates : stretch.coordinates.reduce((a, b) => (b.length > a.length ? b : a));
  const half = Math.floor(line.length / 2);
  const [from, to] = [line[half - 5], line[half + 5]];
  const [a, b] = [mercator(from), mercator(to)];
  const middle = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
  const unit = Math.hypot(b[0] - a[0], b[1] - a[1]) / 120; // the ends are 120 pixels apart
  const pixels = ([x, y]) => [(x - middle[0]) / unit, (middle[1] - y) / unit];
  const [dx, dy] = pixels(b);
  return {
    hash: `#map=${Math.log2(ZOOM_0 / unit)}/${(from[1] + to[1]) / 2}/${(from[0] + to[0]) / 2}`,
    lines: [1.4, -1.4].map((side) => [pixels(a), [-dy * side, dx * side], [dx, dy]].map(([x, y]) => ({ x, y }))),
  };
}

/** Opens the form from the address, as a dossier does. */
async function open(v, hash = "") {
  await v.page.goto("about:blank");
  await v.page.goto(`${SERVER}/?lang=${v.lang}&claim=${DISPUTE}${hash}`);
  await v.page.locator(".claimform").waitFor();
  await v.page.waitForLoadState("networkidle");
}

/** Sets points given as shares of the map's width and height, or in pixels from its middle. The map grows while something is drawn on it. */
async function place(v, points) {
  await v.page.click('[data-act="draw"]');
  await v.page.locator('[data-draw="finish"]').waitFor();
  await v.page.waitForTimeout(400);
  const box = await v.page.locator("#map").boundingBox();
  assert.ok(box.height > 0.4 * v.page.viewportSize().height, "the map keeps its room while something is drawn");
  for (const point of points) {
    const [x, y] = Array.isArray(point) ? [box.width * point[0], box.height * point[1]] : [box.width / 2 + point.x, box.height / 2 + point.y];
    await v.page.mouse.click(box.x + x, box.y + y);
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
  "a claim that crosses itself is refused and its place marked; nothing typed or drawn is lost": async (v, where) => {
    const { page } = v;
    const note = page.locator(".shapenote");
    await open(v);
    assert.equal(await page.inputValue('[name="filed"]'), where.today);
    assert.equal(await page.getAttribute('[name="filed"]', "max"), where.today);
    await page.locator('[name="party"]').first().check();
    await page.fill('[name="title"]', "Bản đồ bên A");
    await page.fill('[name="by"]', "Cán bộ");
    await draw(v, CROSSING);
    const drawn = await note.innerText();
    await place(v, [[0.3, 0.6], [0.5, 0.7]]);
    await page.keyboard.press("Escape");
    await page.locator("#drawbar").waitFor({ state: "hidden" });
    assert.equal(await note.innerText(), drawn, "Escape gives up the new line and brings the finished one back");
    await v.expecting(/422/, async () => {
      assert.equal((await file(v)).status(), 422);
      await page.locator(".claimresult .faults li").getByText(v.lang === "vi" ? /tự cắt/ : /crosses/).first().waitFor();
    });
    assert.equal(await page.locator("[data-fault]").count(), 1, "the place of the fault can be shown");
    await page.click("[data-fault]");
    await v.shot("c1-refused");
    assert.equal(await page.inputValue('[name="by"]'), "Cán bộ");
    assert.equal(await note.innerText(), drawn);
    assert.equal(await page.locator("[data-verdict]").count(), 0, "drawing asks nothing");
  },

  "each party draws its claim and the zone rests on both": async (v, where) => {
    const { page } = v;
    const drawn = await lines();
    try {
      for (const party of [0, 1]) {
        await open(v, drawn.hash);
        await page.locator('[name="party"]').nth(party).check();
        await page.fill('[name="title"]', `Bản đồ bên ${party + 1}`);
        if (party === 0) await page.fill('[name="by"]', "Cán bộ");
        else assert.equal(await page.inputValue('[name="by"]'), "Cán bộ", "the name is remembered on this device");
        await draw(v, drawn.lines[party]);
        assert.equal((await file(v)).status(), 201);
        await page.locator(".claimdone").waitFor();
        // Without a drawn boundary there is nothing to set one claim against.
        const { zone, claim_records: claims } = await dossier();
        assert.equal(zone, party === 1 ? "filed" : where.indicative ? "none" : "filed_by_one");
        assert.equal(claims.filter((c) => c.stands).length, party + 1);
      }
      await v.shot("c2-filed");
      await page.click(".claimdone button.primary");
      assert.equal(new URL(page.url()).searchParams.has("claim"), false, "a reload does not open the form again");
    } finally {
      await withdrawAll(where.today);
    }
  },
};
