// Example questions a newcomer can try with one touch.
import { el } from "../dom";
import { say, t } from "../i18n";
import type { Ask, Disputes } from "../types";

/** A named place on the map, from the disputes the server knows. */
export interface Example { name: string; point: { lon: number; lat: number } }

/** The middle of the first stretch of line that a dispute is about; null where nothing can be drawn. */
export function hotspot(disputes: Disputes | null): Example | null {
  const stretch = disputes?.features.find((f) => f.properties.role === "stretch" && f.geometry);
  if (!stretch) return null;
  const { geometry, properties } = stretch;
  const line = geometry.type === "LineString" ? geometry.coordinates
    : geometry.type === "MultiLineString" ? geometry.coordinates.reduce((a, b) => (b.length > a.length ? b : a), []) : [];
  const middle = line[Math.floor(line.length / 2)];
  return middle ? { name: say(properties.name), point: { lon: middle[0]!, lat: middle[1]! } } : null;
}

const ask = (q: string | null, crs: string | null, point: Ask["point"] = null): Ask => ({ q, crs, point, accuracy_m: null, at: null, kind: null });

export function examples(hotspot: Example | null, onAsk: (ask: Ask) => void): HTMLElement {
  const button = (title: string, text: string, question: Ask) =>
    el("button", { type: "button", class: "example", onclick: () => onAsk(question) }, el("strong", {}, text), el("span", {}, title));
  const dm = "22°13.10'N 102°38.46'E";
  const grid = "462791 2457880";
  return el("div", { class: "examples", role: "group", "aria-label": t("examples") },
    el("h2", { class: "examples-title" }, t("examples")),
    el("div", { class: "examples-list" },
      button(t("exampleDm"), dm, ask(dm, null)),
      button(t("exampleGrid"), `${grid} · EPSG:9205`, ask(grid, "EPSG:9205")),
      button(t("exampleBare"), grid, ask(grid, null)),
      hotspot && button(t("exampleHotspot"), hotspot.name, ask(null, null, hotspot.point))));
}
