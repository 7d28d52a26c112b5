// What a person does and must then see. Each journey is a name and a function; a false `expect` fails it.
import assert from "node:assert/strict";
import { accessible } from "./browser.mjs";
import { withdrawAll } from "./places.mjs";

const DM = "22°13.10'N 102°38.46'E";
const GRID = "462791 2457880";
const WORDS = {
  vi: { question: "Đất rừng này của ai?", indicative: "Ranh giới chỉ dẫn", boundary: "Ranh giới gần nhất", unreachable: "Không liên lạc được máy chủ" },
  en: { question: "Whose forest is this point?", indicative: "Indicative boundaries", boundary: "Nearest boundary", unreachable: "The server cannot be reached" },
};

/** The dispute the journeys file claims for: none of the others looks at its zone. */
const CLAIMED = "nam-ke-na-co-sa";

const verdict = (v) => v.page.locator("[data-verdict]");
const answered = async (v, not = "") => {
  await v.page.locator(`[data-verdict]${not}`).waitFor();
  await v.page.locator('#answer[aria-busy="false"]').waitFor({ state: "attached" });
  return (await verdict(v).getAttribute("data-verdict")) ?? "";
};
const clickMiddle = async (v) => {
  const box = await v.page.locator("#map").boundingBox();
  await v.page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
};
async function type(v, text, crs = "") {
  await v.page.fill('[name="q"]', text);
  await v.page.selectOption('[name="crs"]', crs);
  await v.page.click('#ask button[type="submit"]');
}
/** Clicks at shares of the map's width and height. The map grows while something is drawn on it, and then stands still. */
async function draw(v, kind, points) {
  await v.page.check(`[name="how"][value="${kind}"]`);
  await v.page.click('[data-act="draw"]');
  await v.page.waitForTimeout(500);
  const box = await v.page.locator("#map").boundingBox();
  for (const [x, y] of points) {
    await v.page.mouse.click(box.x + box.width * x, box.y + box.height * y);
    await v.page.waitForTimeout(300); // two clicks faster than that are a double click
  }
  await v.page.click('[data-draw="finish"]');
  await v.page.locator("#drawbar").waitFor({ state: "hidden" });
}

/** Opens the form for a claim from the answer at the middle of a dispute's stretch. */
async function claimForm(v, place) {
  await v.open(`#point=${place.lon},${place.lat}&map=13.5/${place.lat}/${place.lon}`);
  await answered(v);
  await v.page.click(`[data-claim="${CLAIMED}"]`);
  await v.page.locator(".claimform").waitFor();
  await v.page.locator('[name="party"]').nth(1).check();
  await v.page.fill('[name="title"]', "Biên bản thử");
  await v.page.fill('[name="scale"]', "1:10 000");
  await v.page.fill('[name="by"]', "Người thử");
}
const fileIt = (v) => v.page.click('.claimform button[type="submit"]');

async function fitsAndIsAccessible(v) {
  const small = await v.page.$$eval("button, input:not([type=radio], [type=checkbox]), select, label.radio, label.check", (nodes) =>
    nodes.filter((n) => n.checkVisibility() && n.getBoundingClientRect().height < 43.5).map((n) => n.outerHTML.slice(0, 80)));
  assert.deepEqual(small, [], "touch targets under 44 px");
  await accessible(v);
}

/** What a journey gives back where the boundaries at hand draw nothing it could be made on. */
const NOT_DRAWN = "not drawn on these boundaries";

export const journeys = {
  "the first screen says what this is": async (v, { indicative }) => {
    await v.open();
    assert.match(await v.page.title(), new RegExp(WORDS[v.lang].question.replace("?", "\\?")));
    assert.equal(await v.page.locator("#banner").isVisible(), indicative);
    assert.ok((await v.loaded_bytes()) < 350 * 1024, "first load under 350 KB compressed");
    await v.shot("1-first");
    await fitsAndIsAccessible(v);
  },

  "a click on the map is answered": async (v, where) => {
    const at = where.hotspot ?? where.inside;
    await v.open(`#map=13.5/${at.lat}/${at.lon}`);
    await clickMiddle(v);
    const kind = await answered(v);
    const text = await v.page.locator("#panel").innerText();
    if (where.hotspot) {
      assert.equal(kind, "disputed");
      const headline = await v.page.locator("[data-verdict] h2").innerText();
      assert.match(headline, /Mường Toong/);
      assert.match(headline, /Tà Tổng/);
      assert.match(text, /Cây Sặt/);
      assert.match(text, /Huổi L/);
    } else {
      assert.ok(text.includes(where.inside.name), `names ${where.inside.name}`);
    }
    assert.equal(text.includes(WORDS[v.lang].indicative), where.indicative, "says indicative exactly when it is");
    assert.ok(text.toLowerCase().includes(WORDS[v.lang].boundary.toLowerCase()));
    await v.shot("2-click");
    await fitsAndIsAccessible(v);
    await v.page.emulateMedia({ colorScheme: "dark" });
    await v.shot("2-click-dark");
    await v.page.emulateMedia({ colorScheme: "light" });
    await v.page.locator("#foot").scrollIntoViewIfNeeded();
    await v.shot("2-click-end");
  },

  "degrees and minutes are read": async (v) => {
    await v.open();
    await type(v, DM);
    const kind = await answered(v);
    assert.ok(["sole", "disputed", "uncertain"].includes(kind), kind);
    assert.match(await v.page.locator(".part-position").innerText(), /22\.21833°/);
    await v.shot("3-degrees");
  },

  "a VN-2000 grid pair with its system is read": async (v) => {
    await v.open();
    await type(v, GRID, "EPSG:9205");
    assert.notEqual(await answered(v), "ambiguous_position");
    assert.match(await v.page.locator(".part-position").innerText(), /462791 . ?.*2457880/);
    await v.shot("4-grid");
    await fitsAndIsAccessible(v);
  },

  "a bare pair gets readings, no verdict, and one can be chosen": async (v) => {
    await v.open();
    await type(v, GRID);
    assert.equal(await answered(v), "ambiguous_position");
    const choices = v.page.locator(".choice");
    assert.ok((await choices.count()) > 1, "several readings");
    assert.equal(await v.page.locator(".part-localities").count(), 0, "no locality is named before one is chosen");
    await v.shot("5-ambiguous");
    await fitsAndIsAccessible(v);
    const crs = await choices.first().getAttribute("data-crs");
    await choices.first().click();
    assert.notEqual(await answered(v, ':not([data-verdict="ambiguous_position"])'), "ambiguous_position");
    assert.equal(await v.page.inputValue('[name="crs"]'), crs);
    await v.shot("6-chosen");
  },

  "the address brings the same answer back, in the other language": async (v) => {
    await v.open();
    await type(v, DM);
    await answered(v);
    const headline = await v.page.locator("[data-verdict] h2").innerText();
    const hash = await v.page.evaluate(() => location.hash);
    await v.open(hash);
    await answered(v);
    assert.equal(await v.page.locator("[data-verdict] h2").innerText(), headline);
    const other = v.lang === "vi" ? "en" : "vi";
    await v.page.click(`[data-lang="${other}"]`);
    assert.equal(await v.page.locator("html").getAttribute("lang"), other);
    assert.ok((await v.page.locator(".part-boundary h3").innerText()).toLowerCase() === WORDS[other].boundary.toLowerCase());
    await v.page.click(`[data-lang="${v.lang}"]`);
  },

  "the keyboard alone asks from the map": async (v, { inside }) => {
    await v.open(`#map=12/${inside.lat}/${inside.lon}`);
    await v.page.locator("#map").focus();
    await v.page.keyboard.press("Enter");
    await answered(v);
    assert.ok((await v.page.locator("#panel").innerText()).includes(inside.name));
  },

  "a position nobody can read is refused in place": async (v) => {
    await v.open();
    await v.expecting(/api\/locate/, async () => {
      await type(v, "không phải toạ độ");
      assert.equal(await answered(v), "problem");
    });
    assert.ok((await verdict(v).innerText()).length > 20, "says what is wrong");
    await v.shot("7-refused");
    await fitsAndIsAccessible(v);
  },

  "without the server it says so and tries again": async (v) => {
    await v.open();
    await v.page.route("**/api/locate*", (route) => route.abort());
    await v.expecting(/api\/locate|ERR_FAILED/, async () => {
      await type(v, DM);
      assert.equal(await answered(v), "problem");
    });
    assert.ok((await verdict(v).innerText()).includes(WORDS[v.lang].unreachable));
    await v.shot("8-unreachable");
    await v.page.unroute("**/api/locate*");
    await v.page.click("[data-verdict] button");
    await answered(v, ':not([data-verdict="problem"])');
  },

  "the answer can be copied as text, with its basis": async (v, where) => {
    await v.open(`#point=${where.inside.lon},${where.inside.lat}`);
    await answered(v);
    await v.page.locator(".actions button").first().click();
    await v.page.locator(".copied:not(:empty)").waitFor();
    const text = await v.page.evaluate(() => navigator.clipboard.readText());
    for (const part of [where.inside.name, where.inside.lat.toFixed(5), where.inside.lon.toFixed(5), "σ =", "#point="]) {
      assert.ok(text.includes(part), `«${part}» in ${text}`);
    }
    assert.equal(text.includes(WORDS[v.lang].indicative), where.indicative);
  },

  "the device gives its position, or the page says why not": async (v, { inside }) => {
    await v.open();
    await v.page.click("#ask .row button");
    await v.page.locator("#askhint:not(:empty)").waitFor();
    await v.page.waitForFunction((word) => document.getElementById("askhint").textContent.includes(word), v.lang === "vi" ? "cho phép" : "allow");
    await v.context.grantPermissions(["geolocation"]);
    await v.context.setGeolocation({ longitude: inside.lon, latitude: inside.lat, accuracy: 14 });
    await v.page.click("#ask .row button");
    await answered(v);
    assert.ok((await v.page.locator("#panel").innerText()).includes(inside.name));
    assert.equal(await v.page.inputValue('[name="accuracy"]'), "14");
  },

  "who acts first is said for the kind of incident": async (v, where) => {
    const at = where.hotspot ?? where.inside;
    await v.open(`#point=${at.lon},${at.lat}`);
    await answered(v);
    await v.page.selectOption('[name="kind"]', "forest_fire");
    await v.page.waitForFunction(() => location.hash.includes("kind=forest_fire"));
    await answered(v);
    const acting = v.page.locator(".part-acting");
    assert.match(await acting.locator("h3").innerText(), v.lang === "vi" ? /hành động trước/i : /acts first/i);
    if (!where.hotspot) return;
    const text = await acting.innerText();
    for (const part of ["Mường Toong", "Tà Tổng", v.lang === "vi" ? "cháy rừng" : "forest fire"]) assert.ok(text.includes(part), `«${part}» in ${text}`);
    assert.match(await v.page.locator(".part-duties").innerText(), v.lang === "vi" ? /còn ràng buộc hay không/ : /still binds/);
    assert.equal(await v.page.locator(".part-bodies > p").count(), 1, "roles without data in one line");
  },

  "a claim that lacks something says what, before it is sent": async (v, where) => {
    if (!where.claimed) return NOT_DRAWN;
    await claimForm(v, where.claimed);
    await v.page.fill('[name="title"]', "");
    await fileIt(v);
    const said = await v.page.$$eval("[data-error]", (nodes) => nodes.filter((n) => n.textContent).map((n) => n.dataset.error));
    assert.deepEqual(said, ["shape", "title"]);
    await v.page.click(`[data-lang="${v.lang === "vi" ? "en" : "vi"}"]`);
    assert.equal(await v.page.inputValue('[name="by"]'), "Người thử", "kept in the other language");
    assert.ok(await v.page.locator('[name="party"]').nth(1).isChecked());
    await v.page.click(`[data-lang="${v.lang}"]`);
  },

  "the keyboard alone draws, goes back a point and gives up": async (v, where) => {
    if (!where.claimed) return NOT_DRAWN;
    await claimForm(v, where.claimed);
    await v.page.locator('[data-act="draw"]').focus();
    await v.page.keyboard.press("Enter");
    const note = v.page.locator("#drawbar p");
    const after = async (points) => v.page.waitForFunction((n) => document.querySelector("#drawbar p").textContent.startsWith(n), `${points} `);
    await note.waitFor();
    await v.page.waitForTimeout(400);
    await v.page.keyboard.press("Enter");
    await after(1);
    for (const key of ["ArrowRight", "ArrowDown"]) {
      await v.page.keyboard.press(key);
      await v.page.waitForTimeout(400);
      await v.page.keyboard.press("Enter");
    }
    await after(3);
    assert.match(await note.innerText(), / k?m$/);
    await v.shot("16-drawing");
    await fitsAndIsAccessible(v);
    await v.page.locator('[data-draw="undo"]').press("Enter");
    await after(2);
    await v.page.locator('[data-draw="cancel"]').press("Enter");
    assert.ok(await v.page.locator("#drawbar").isHidden());
  },

  "a claim is filed by drawing; the zone rests on it, after a reload too": async (v, where) => {
    if (!where.claimed) return NOT_DRAWN;
    await withdrawAll(CLAIMED);
    await claimForm(v, where.claimed);
    await draw(v, "line", [[0.3, 0.35], [0.5, 0.42], [0.7, 0.65]]);
    await fileIt(v);
    await v.page.locator(".claimdone").waitFor();
    await v.shot("12-claim-taken");
    assert.match(await v.page.locator(".claimdone").innerText(), v.lang === "vi" ? /yêu cầu một bên đã nộp/ : /claim one party has filed/);
    await fitsAndIsAccessible(v);
    await v.open(`#point=${where.claimed.lon},${where.claimed.lat}&map=13.5/${where.claimed.lat}/${where.claimed.lon}`);
    await answered(v);
    assert.equal(await v.page.locator(".parties .claim").count(), 1);
    await v.page.click("#layersbutton");
    assert.equal(await v.page.locator("#layers .legend").getByText(v.lang === "vi" ? "yêu cầu của" : "claim of").count(), 1);
    await v.shot("13-claim-drawn");
    await fitsAndIsAccessible(v);
    await withdrawAll(CLAIMED);
  },

  "a claim is filed from a VN-2000 file, with its paper": async (v, where) => {
    if (!where.claimed) return NOT_DRAWN;
    await withdrawAll(CLAIMED);
    await claimForm(v, where.claimed);
    const { lon, lat } = where.claimed;
    const square = [[-0.01, -0.01], [0.01, -0.01], [0.01, 0.01], [-0.01, 0.01], [-0.01, -0.01]].map(([x, y]) => [lon + x, lat + y]);
    const file = (name, text) => ({ name, mimeType: "application/octet-stream", buffer: Buffer.from(text) });
    await v.page.check('[name="how"][value="file"]');
    await v.page.setInputFiles('[name="geojson"]', file("a.geojson", "PK"));
    await v.page.locator(".shapenote.error").waitFor();
    await v.page.setInputFiles('[name="geojson"]', file("a.geojson", JSON.stringify({ type: "Polygon", coordinates: [square] })));
    await v.page.locator(".shapenote:not(.error)").waitFor();
    await v.page.setInputFiles('[name="paper"]', file("giấy.txt", "biên bản"));
    await v.shot("14-claim-file");
    await fileIt(v);
    await v.page.locator(".claimdone").waitFor();
    await v.page.locator(".claimdone button").first().click();
    await v.page.locator(".parties .claim").waitFor();
    await withdrawAll(CLAIMED);
  },

  "where two maps differ is shown when it is asked for": async (v, where) => {
    if (!where.sliver) return NOT_DRAWN;
    await v.open(`#map=15/${where.sliver.lat}/${where.sliver.lon}`);
    await v.page.click("#layersbutton");
    const asked = v.page.waitForResponse(/api\/slivers/);
    await v.page.check('[name="slivers"]');
    await asked;
    await v.page.waitForTimeout(500);
    await v.page.click("#layersbutton");
    await clickMiddle(v);
    await v.page.locator("#card").waitFor();
    assert.match(await v.page.locator("#card").innerText(), / ha/);
    assert.match(await v.page.locator("#card").innerText(), v.lang === "vi" ? /không phải bằng chứng bên nào/ : /never of guilt/);
    await v.shot("15-sliver");
    await fitsAndIsAccessible(v);
    await v.page.click("#card .close");
    assert.ok(await v.page.locator("#card").isHidden());
  },

  "the pages of the records are one touch away": async (v) => {
    await v.open();
    if (v.phone) await v.page.click("#menu");
    const links = await v.page.$$eval("#pages a", (nodes) => nodes.filter((n) => n.checkVisibility()).map((n) => n.getAttribute("href")));
    assert.equal(links.length, 8);
    for (const link of links) assert.equal((await v.page.request.get(new URL(link, v.page.url()).href)).status(), 200, link);
  },

  "a date before the reform shows the units of that date": async (v, where) => {
    const at = where.hotspot ?? where.inside;
    await v.open(`#point=${at.lon},${at.lat}&at=2023-06-01`);
    const kind = await answered(v);
    if (where.indicative) {
      assert.equal(kind, "not_known", "the built-in set covers no day before the reform");
    } else {
      assert.match(await v.page.locator(".part-basis").innerText(), v.lang === "vi" ? /01\/06\/2023/ : /1 June 2023/);
      assert.match(await v.page.locator(".part-localities").innerText(), /Huyện/);
    }
    await v.shot("9-2023");
  },
};
