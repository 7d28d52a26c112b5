// A small map of where the nearest boundary is: north up, to scale. From the answer alone the line is drawn straight; with the
// lines about the place, and the base map where there is one, as they run. All of it is there without a signal, too.
import { el, svg } from "../dom";
import { distance } from "../format";
import { t } from "../i18n";
import type { Answer, Around, BaseMap } from "../types";
import { baseTiles, type Plane } from "./basetiles";

const SIZE = 240;
const MIDDLE = SIZE / 2;
/** From the middle to where the nearest line is, at most, less room for words. */
const REACH = 76;
/** About so many pixels of a screen are a unit of the sketch. */
const PX = 1.4;
/** Lengths a scale bar may have, in metres. */
const BARS_M = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000];
/** Metres from the middle to the edge: at least, at least at first, at most. */
const VIEW_M = { least: 20, first: 150, most: 20_000 };

export interface Drawn {
  /** The nearest point of the line, in units of the sketch from the position, north up. */
  foot: { x: number; y: number };
  /** Radius of the position's accuracy, in units of the sketch; null: not known. */
  accuracy: number | null;
  bar: { metres: number; length: number };
  /** Units of the sketch a metre. */
  per_m: number;
}

/** Where things come to lie; null on the line itself and where no line is known. `farther`: doublings of what is seen. */
export function drawn(answer: Pick<Answer, "boundary" | "position">, farther = 0): Drawn | null {
  const { boundary, position } = answer;
  if (!boundary || boundary.bearing_deg === null || boundary.distance_m <= 0) return null;
  const most_m = Math.max(boundary.distance_m, position.accuracy_m ?? 0);
  const per_m = REACH / (1.25 * most_m) / 2 ** farther;
  const angle = (boundary.bearing_deg * Math.PI) / 180;
  const length = boundary.distance_m * per_m;
  const metres = BARS_M.filter((m) => m * per_m <= 0.6 * REACH).at(-1) ?? BARS_M[0]!;
  return {
    foot: { x: length * Math.sin(angle), y: -length * Math.cos(angle) },
    accuracy: position.accuracy_m === null ? null : position.accuracy_m * per_m,
    bar: { metres, length: metres * per_m },
    per_m,
  };
}

/** Degrees to units of the sketch about a place. Metres a degree: Snyder (1987), eq. 4-19 and 4-20, on WGS 84. */
export function planeAt(lon: number, lat: number, per_m: number): Plane {
  const [a, e2] = [6_378_137, 0.006_694_379_990_141_316];
  const phi = (lat * Math.PI) / 180;
  const w2 = 1 - e2 * Math.sin(phi) ** 2;
  const n = a / Math.sqrt(w2);
  const [east, north] = [(n * Math.cos(phi) * Math.PI) / 180, (((n * (1 - e2)) / w2) * Math.PI) / 180];
  return {
    x: (at) => (at - lon) * east * per_m,
    y: (at) => (lat - at) * north * per_m,
    box: (half) => [lon - half / per_m / east, lat - half / per_m / north, lon + half / per_m / east, lat + half / per_m / north],
    m_per_px: 1 / per_m / PX,
    lat,
  };
}

export interface Beneath {
  /** The lines about the answer's position, once they are known. */
  around(reach_m: number): Promise<Around | null>;
  base: BaseMap | null;
}

/** The small map with its buttons; null where there is no line to draw. */
export function sketch(answer: Answer, beneath: Beneath): HTMLElement | null {
  if (!drawn(answer)) return null;
  const view_m = (steps: number) => MIDDLE / drawn(answer, steps)!.per_m;
  let farther = Math.max(0, Math.ceil(Math.log2(VIEW_M.first / view_m(0))));
  let turn = 0;
  const box = el("div", {});
  const buttons = ([["−", "sketchFarther", 1], ["+", "sketchNearer", -1]] as const).map(([sign, name, step]) =>
    el("button", { type: "button", class: "plain", title: t(name), "aria-label": t(name), onclick: () => draw(farther + step) }, sign));
  const credit = el("p", { class: "muted" });

  function draw(next: number): void {
    farther = next;
    turn += 1;
    const [mine, at] = [turn, drawn(answer, farther)!];
    buttons[0]!.disabled = view_m(farther + 1) > VIEW_M.most;
    buttons[1]!.disabled = view_m(farther - 1) < VIEW_M.least;
    const { lon, lat } = answer.position;
    const plane = lon === null || lat === null ? null : planeAt(lon, lat, at.per_m);
    const show = (around: Around | null) => {
      if (mine !== turn) return;
      const tiles = plane && beneath.base ? baseTiles(beneath.base, plane, MIDDLE) : null;
      credit.textContent = tiles && beneath.base ? t("basemapCredit", { whose: beneath.base.attribution }) : "";
      box.replaceChildren(picture(answer, at, around && plane ? { around, plane } : null, tiles));
    };
    if (box.childElementCount === 0 || !plane) show(null);
    if (plane) void beneath.around(view_m(farther)).catch(() => null).then(show);
  }
  draw(farther);
  return el("figure", { class: "sketchbox" }, box, el("div", { class: "row" }, ...buttons), credit);
}

/** The lines as they run, or null: nobody knows more than the nearest point. */
type Lines = { around: Around; plane: Plane } | null;

function picture(answer: Answer, { foot, accuracy, bar, per_m }: Drawn, lines: Lines, tiles: SVGElement | null): SVGElement {
  const boundary = answer.boundary!;
  const length = Math.hypot(foot.x, foot.y);
  const [dx, dy] = [foot.x / length, foot.y / length];
  const disputed = answer.disputes.some((d) => d.in_zone);
  const straight = `M${foot.x - dy * SIZE} ${foot.y + dx * SIZE}L${foot.x + dy * SIZE} ${foot.y - dx * SIZE}`;
  const [here, there] = boundary.between.map((unit) => unit?.name ?? t("outsideData"));
  // Where the line is to the side, the names are held by the side of the sketch they belong to, so that none is cut off.
  const aside = Math.abs(dx) > 0.3;
  const name = (text: string | undefined, x: number, y: number, anchor: string) => svg("text", { x, y, "text-anchor": anchor, class: "side" }, text ?? "");
  const own = aside ? name(here, -Math.sign(dx) * 12, 4, dx > 0 ? "end" : "start") : name(here, 0, dy > 0 ? -14 : 24, "middle");
  const other = aside
    ? name(there, Math.sign(dx) * (MIDDLE - 6), Math.max(60 - MIDDLE, Math.min(MIDDLE - 40, foot.y - 12)), dx > 0 ? "end" : "start")
    : name(there, 0, dy > 0 ? foot.y + 24 : foot.y - 12, "middle");
  const note = lines ? t("sketchDrawn", { metres: distance(lines.around.tolerance_m) }) : t("sketchNote");
  return svg("svg", { viewBox: `${-MIDDLE} ${-MIDDLE} ${SIZE} ${SIZE}`, class: "sketch", role: "img", "data-lines": lines ? "drawn" : "straight", "aria-label": t("sketchLabel", { distance: distance(boundary.distance_m) }) },
    tiles,
    ...(lines ? surroundings(lines, per_m) : [svg("path", { d: straight, class: disputed ? "line disputed" : "line" })]),
    accuracy === null ? null : svg("circle", { r: accuracy, class: "accuracy" }),
    svg("path", { d: `M0 0L${foot.x} ${foot.y}`, class: "way" }),
    svg("circle", { r: 5, class: "position" }),
    own,
    other,
    svg("path", { d: "M0 -8L5 6L0 2L-5 6Z", transform: `translate(${MIDDLE - 16} ${20 - MIDDLE})`, class: "northmark" }),
    svg("text", { x: MIDDLE - 16, y: 38 - MIDDLE, "text-anchor": "middle" }, t("northLetter")),
    svg("path", { d: `M${12 - MIDDLE} ${MIDDLE - 14}v4h${bar.length}v-4`, class: "bar" }),
    svg("text", { x: 12 - MIDDLE, y: MIDDLE - 20 }, distance(bar.metres)),
    svg("text", { x: MIDDLE - 8, y: MIDDLE - 10, "text-anchor": "end", class: "note" }, note));
}

/** Zones beneath, lines above; what no unit is beyond of is the outer edge of the data. */
function surroundings({ around, plane }: { around: Around; plane: Plane }, per_m: number): SVGElement[] {
  const path = (lines: [number, number][][], close: "" | "Z") => lines.map((line) => `M${line.map(([lon, lat]) => `${plane.x(lon).toFixed(1)} ${plane.y(lat).toFixed(1)}`).join("L")}${close}`).join("");
  const zones = around.zones.map((z) =>
    z.half_width_m === null
      ? svg("path", { d: path(z.rings, "Z"), class: "zone land" })
      : svg("path", { d: path(z.stretch, ""), class: "zone strip", "stroke-width": 2 * z.half_width_m * per_m }));
  const stretches = around.zones.filter((z) => z.stretch.length > 0).map((z) => svg("path", { d: path(z.stretch, ""), class: "line disputed" }));
  return [...zones, ...around.lines.map((l) => svg("path", { d: path(l.lines, ""), class: l.between.includes(null) ? "line outer" : "line" })), ...stretches];
}
