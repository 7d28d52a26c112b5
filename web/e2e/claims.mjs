// A party's claim, drawn on the map: refused while it crosses itself, then filed; the zone rests on it.
import assert from "node:assert/strict";
import { SERVER } from "./browser.mjs";

const DISPUTE = "den-thang-huoi-thung";

/** Draws through points given as shares of the map's width and height. */
async function draw(v, points) {
  await v.page.click('[data-act="draw"]');
  await v.page.locator('[data-draw="finish"]').waitFor();
  const box = await v.page.locator("#map").boundingBox();
  for (const [x, y] of points) {
    await v.page.mouse.click(box.x + box.width * x, box.y + box.height * y);
    await v.page.waitForTimeout(350);
  }
  await v.page.click('[data-draw="finish"]');
}

export const journeys = {
  "a claim is drawn, refused while it crosses itself, mended and filed": async (v, where) => {
    await v.page.goto(`${SERVER}/?lang=${v.lang}&claim=${DISPUTE}`);
    const form = v.page.locator("form.claimform");
    await form.waitFor();
    await v.page.waitForLoadState("networkidle");
    await form.locator('input[name="party"]').first().check();
    await form.locator('input[name="how"][value="line"]').check();
    await draw(v, [[0.4, 0.45], [0.6, 0.6], [0.6, 0.45], [0.4, 0.6]]);
    await form.locator('[name="title"]').fill("Bản đồ bên A");
    await form.locator('[name="by"]').fill("Cán bộ");
    const asked = () => v.page.locator("[data-verdict]").count();
    assert.equal(await asked(), 0, "drawing asks nothing");
    await v.expecting(/422/, async () => {
      await form.locator('button[type="submit"]').click();
      await form.locator(".claimresult").getByText(v.lang === "vi" ? /tự cắt/ : /crosses/).first().waitFor();
    });
    await v.shot("c1-refused");
    assert.equal(await form.locator('[name="by"]').inputValue(), "Cán bộ", "nothing typed is lost");
    await draw(v, [[0.4, 0.45], [0.5, 0.5], [0.6, 0.5]]);
    const [answer] = await Promise.all([
      v.page.waitForResponse((r) => r.url().includes(`/disputes/${DISPUTE}/claims`)),
      form.locator('button[type="submit"]').click(),
    ]);
    assert.equal(answer.status(), 201, await answer.text());
    await v.page.waitForLoadState("networkidle");
    await v.shot("c2-filed");
    const dossier = await (await fetch(`${SERVER}/api/disputes/${DISPUTE}`)).json();
    // Without a drawn boundary there is nothing to set one claim against.
    assert.equal(dossier.zone, where.indicative ? "none" : "filed_by_one");
    assert.ok(dossier.claim_records.some((c) => c.document.title === "Bản đồ bên A" && c.stands));
  },
};
