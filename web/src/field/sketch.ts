// A sketch of where the nearest boundary is: north up, to scale, the line drawn straight. All of it from the answer itself, so
// that it is there without a signal.
import { svg } from "../dom";
import { distance } from "../format";
import { t } from "../i18n";
import type { Answer } from "../types";

const SIZE = 240;
/** From the middle to where the sketch ends, less room for words. */
const REACH = 76;
/** Lengths a scale bar may have, in metres. */
const BARS_M = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000];

export interface Drawn {
  /** The nearest point of the line, in units of the sketch from the position, north up. */
  foot: { x: number; y: number };
  /** Radius of the position's accuracy, in units of the sketch; null: not known. */
  accuracy: number | null;
  bar: { metres: number; length: number };
}

/** Where things come to lie; null on the line itself and where no line is known. */
export function drawn(answer: Pick<Answer, "boundary" | "position">): Drawn | null {
  const { boundary, position } = answer;
  if (!boundary || boundary.bearing_deg === null || boundary.distance_m <= 0) return null;
  const most_m = Math.max(boundary.distance_m, position.accuracy_m ?? 0);
  const per_m = REACH / (1.25 * most_m);
  const angle = (boundary.bearing_deg * Math.PI) / 180;
  const length = boundary.distance_m * per_m;
  const metres = BARS_M.filter((m) => m * per_m <= 0.6 * REACH).at(-1) ?? BARS_M[0]!;
  return {
    foot: { x: length * Math.sin(angle), y: -length * Math.cos(angle) },
    accuracy: position.accuracy_m === null ? null : position.accuracy_m * per_m,
    bar: { metres, length: metres * per_m },
  };
}

export function sketch(answer: Answer): SVGElement | null {
  const { boundary } = answer;
  const at = drawn(answer);
  if (!at || !boundary) return null;
  const { foot, accuracy, bar } = at;
  const length = Math.hypot(foot.x, foot.y);
  const [dx, dy] = [foot.x / length, foot.y / length];
  const edge = SIZE;
  const disputed = answer.disputes.some((d) => d.in_zone);
  const line = `M${foot.x - dy * edge} ${foot.y + dx * edge}L${foot.x + dy * edge} ${foot.y - dx * edge}`;
  const [here, there] = boundary.between.map((unit) => unit?.name ?? t("outsideData"));
  const middle = SIZE / 2;
  // Where the line is to the side, the names are held by the side of the sketch they belong to, so that none is cut off.
  const aside = Math.abs(dx) > 0.3;
  const name = (text: string | undefined, x: number, y: number, anchor: string) => svg("text", { x, y, "text-anchor": anchor, class: "side" }, text ?? "");
  const own = aside ? name(here, -Math.sign(dx) * 12, 4, dx > 0 ? "end" : "start") : name(here, 0, dy > 0 ? -14 : 24, "middle");
  const other = aside
    ? name(there, Math.sign(dx) * (middle - 6), Math.max(60 - middle, Math.min(middle - 40, foot.y - 12)), dx > 0 ? "end" : "start")
    : name(there, 0, dy > 0 ? foot.y + 24 : foot.y - 12, "middle");
  return svg("svg", { viewBox: `${-middle} ${-middle} ${SIZE} ${SIZE}`, class: "sketch", role: "img", "aria-label": t("sketchLabel", { distance: distance(boundary.distance_m) }) },
    accuracy === null ? null : svg("circle", { r: accuracy, class: "accuracy" }),
    svg("path", { d: line, class: disputed ? "line disputed" : "line" }),
    svg("path", { d: `M0 0L${foot.x} ${foot.y}`, class: "way" }),
    svg("circle", { r: 5, class: "position" }),
    own,
    other,
    svg("path", { d: "M0 -8L5 6L0 2L-5 6Z", transform: `translate(${middle - 16} ${20 - middle})`, class: "northmark" }),
    svg("text", { x: middle - 16, y: 38 - middle, "text-anchor": "middle" }, t("northLetter")),
    svg("path", { d: `M${12 - middle} ${middle - 14}v4h${bar.length}v-4`, class: "bar" }),
    svg("text", { x: 12 - middle, y: middle - 20 }, distance(bar.metres)),
    svg("text", { x: middle - 8, y: middle - 10, "text-anchor": "end", class: "note" }, t("sketchNote")));
}
