// Runs every journey in both languages at phone and desktop width against a running server (GIAPRANH_URL),
// prints what passed and what the boundaries at hand leave out, and leaves screenshots in SHOTS. Exit code 1 when anything failed.
import { launch, SERVER, visitor } from "./browser.mjs";
import { journeys as beneath } from "./basemap.mjs";
import { journeys as claims } from "./claims.mjs";
import { journeys as withData } from "./data.mjs";
import { journeys as atTheDesk } from "./desk.mjs";
import { journeys as inTheField } from "./field.mjs";
import { journeys as onTheMap } from "./journeys.mjs";
import { journeys as onPages } from "./pages.mjs";
import { places } from "./places.mjs";
import { journeys as weight } from "./weight.mjs";

// ONLY=part of a title: for working on one journey.
const wanted = ([title]) => title.includes(process.env.ONLY ?? "");
const SIZES = { phone: { width: 360, height: 740 }, tablet: { width: 820, height: 1100 }, desktop: { width: 1280, height: 800 } };
// SIZES=phone, LANGS=vi: fewer of them, as for the journey over TLS; the tablet is for the pictures in docs/.
const some = (all, wanted) => (wanted ? all.filter((one) => wanted.split(",").includes(one)) : all);
const where = await places();
const all = { ...onTheMap, ...claims, ...onPages, ...inTheField, ...atTheDesk, ...withData, ...weight, ...(where.basemap ? beneath : {}) };
const journeys = Object.fromEntries(Object.entries(all).filter(wanted));
console.log(`${SERVER}: ${where.indicative ? "indicative" : "official"} boundaries, ${where.hotspot ? "with" : "without"} a zone at Cây Sặt–Nậm Ngà`);

const browser = await launch();
let passed = 0;
let failed = 0;
let left_out = 0;
for (const lang of some(["vi", "en"], process.env.LANGS)) {
  for (const width of some(Object.keys(SIZES), process.env.SIZES ?? "phone,desktop")) {
    const size = SIZES[width];
    for (const [title, journey] of Object.entries(journeys)) {
      const v = await visitor(browser, { lang, size, name: `${width}-${lang}` });
      v.page.setDefaultTimeout(10_000);
      const wrong = [];
      let why = null;
      try {
        why = await journey(v, where);
      } catch (error) {
        wrong.push(error.message);
        await v.shot("failed").catch(() => {});
      }
      wrong.push(...(await v.finish()));
      if (wrong.length > 0) failed += 1;
      else if (why) left_out += 1;
      else passed += 1;
      const mark = wrong.length > 0 ? "FAIL" : why ? "--  " : "ok  ";
      console.log(`${mark} ${lang} ${width}: ${title}${why ? ` (${why})` : ""}${wrong.map((w) => `\n       ${w}`).join("")}`);
    }
  }
}
await browser.close();
console.log(`${passed} passed, ${failed} failed, ${left_out} left out`);
process.exitCode = failed > 0 ? 1 : 0;
