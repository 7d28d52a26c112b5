// Small drawings that stand beside words, never instead of them.
import { svg } from "./dom";
import { CLAIM_WIDTH_PX, claimColour, claimDash } from "./layers/claimstyle";
import type { Verdict } from "./types";

const frame = (...shapes: SVGElement[]) =>
  svg("svg", { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true", focusable: "false" }, ...shapes);
const stroke = (d: string) =>
  svg("path", { d, fill: "none", stroke: "currentColor", "stroke-width": 2.4, "stroke-linecap": "round", "stroke-linejoin": "round" });

const VERDICT: Record<Verdict, string[]> = {
  sole: ["M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z", "m8 12.4 2.8 2.8L16 9.6"],
  disputed: ["M12 2v20", "M9 7 4 12l5 5", "m15 7 5 5-5 5"],
  uncertain: ["M4 9.5c2.6-3 5.4-3 8 0s5.4 3 8 0", "M4 15.5c2.6-3 5.4-3 8 0s5.4 3 8 0"],
  none: ["M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z", "m6 6 12 12"],
  ambiguous_position: ["M12 21v-6", "M12 15 5 5", "m12 15 7-10", "M4.5 9.5 5 5l4.3 1.3", "m19.5 9.5-.5-4.5-4.3 1.3"],
  not_known: ["M8.5 9a3.5 3.5 0 1 1 5.2 3c-1.1.7-1.7 1.3-1.7 2.6", "M12 19v.1"],
};

export const verdictIcon = (verdict: Verdict) => frame(...VERDICT[verdict].map(stroke));

/** An arrow that points along the bearing, degrees clockwise from north. */
export const arrow = (bearing_deg: number) =>
  svg("svg", { viewBox: "0 0 48 48", class: "arrow", "aria-hidden": "true", focusable: "false" },
    svg("circle", { cx: 24, cy: 24, r: 22, fill: "none", stroke: "currentColor", "stroke-width": 1.5, opacity: 0.5 }),
    svg("path", { d: "M24 2v5M24 41v5M2 24h5M41 24h5", stroke: "currentColor", "stroke-width": 1.5, opacity: 0.5 }),
    svg("path", { d: "M24 8 33 34 24 29 15 34Z", fill: "currentColor", transform: `rotate(${bearing_deg.toFixed(1)} 24 24)` }));

/** A share of one as a bar; the number stands beside it in words. */
export const bar = (share: number) =>
  svg("svg", { viewBox: "0 0 100 6", preserveAspectRatio: "none", class: "bar", "aria-hidden": "true", focusable: "false" },
    svg("rect", { width: 100, height: 6, class: "bar-whole" }),
    svg("rect", { width: Math.min(100, share * 100).toFixed(2), height: 6, class: "bar-share" }));

export const northArrow = () =>
  svg("svg", { viewBox: "0 0 32 44", "aria-hidden": "true", focusable: "false" },
    svg("path", { d: "M16 14 25 40 16 34Z", fill: "currentColor" }),
    svg("path", { d: "M16 14 7 40 16 34Z", fill: "none", stroke: "currentColor", "stroke-width": 1.6, "stroke-linejoin": "round" }),
    svg("path", { d: "M12 11V2l8 9V2", fill: "none", stroke: "currentColor", "stroke-width": 2.2 }));

export const target = () => frame(stroke("M12 5a7 7 0 1 0 0 14 7 7 0 0 0 0-14Z"), stroke("M12 2v4M12 18v4M2 12h4M18 12h4"));
export const copyIcon = () => frame(stroke("M9 9h11v11H9z"), stroke("M5 15H4V4h11v1"));
export const linkIcon = () => frame(stroke("M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1"), stroke("M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1"));
export const shareIcon = () => frame(stroke("M12 15V3M7.5 7.5 12 3l4.5 4.5"), stroke("M5 12v9h14v-9"));
export const extentIcon = () => frame(stroke("M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5"));
export const warning = () => frame(stroke("M12 4 2.8 20h18.4Z"), stroke("M12 10v4.5M12 17.2v.1"));
export const layersIcon = () => frame(stroke("m12 3 9 5-9 5-9-5Z"), stroke("m3 13 9 5 9-5"));
export const closeIcon = () => frame(stroke("M5 5l14 14M19 5 5 19"));

/** A piece of line as the map draws it, for the legend. */
const swatch = (...shapes: SVGElement[]) =>
  svg("svg", { viewBox: "0 0 48 16", class: "swatch", "aria-hidden": "true", focusable: "false" }, ...shapes);

export const claimSwatch = (party: number) =>
  swatch(svg("path", { d: "M0 8h48", fill: "none", stroke: `var(--map-${claimColour(party)})`, "stroke-width": CLAIM_WIDTH_PX, "stroke-dasharray": claimDash(party).join(" ") }));

const HATCH = "M-2 16 14 0M7 16 23 0M16 16 32 0M25 16 41 0M34 16 50 0";
export const zoneSwatch = (filed: boolean) =>
  swatch(
    svg("path", { d: HATCH, fill: "none", stroke: "var(--map-zone)", "stroke-width": 1.4 }),
    svg("path", { d: "M1 1h46v14H1Z", fill: "none", stroke: "var(--map-zone)", "stroke-width": 1.8, "stroke-dasharray": filed ? null : "5 4" }));

export const outerSwatch = () =>
  swatch(svg("path", { d: "M0 8h48", fill: "none", stroke: "var(--map-province)", "stroke-width": 2 }),
    svg("path", { d: "M0 8h48", fill: "none", stroke: "var(--map-province)", "stroke-width": 4, "stroke-dasharray": "14 7 3 7" }));

/** Lines between provinces and between communes. */
export const lineSwatch = (level: "province" | "commune") =>
  swatch(svg("path", { d: "M0 8h48", fill: "none", stroke: `var(--map-${level})`, "stroke-width": level === "province" ? 2.6 : 1 }));

export const stretchSwatch = () =>
  swatch(svg("path", { d: "M0 8h48", fill: "none", stroke: "var(--map-stretch)", "stroke-width": 3.2, "stroke-dasharray": "9 6" }));

export const sliverSwatch = (noise: boolean) =>
  swatch(svg("path", { d: "M2 12 14 5l18-2 14 4-16 6Z", fill: "var(--map-sliver)", "fill-opacity": noise ? 0.13 : 0.4, stroke: "var(--map-sliver)", "stroke-width": noise ? 0.9 : 1.4, "stroke-dasharray": noise ? "2 2" : null }));

const ring = (x: number, more: Record<string, string | number | null>) => svg("circle", { cx: x, cy: 8, r: 6.6, fill: "var(--map-halo)", stroke: "var(--map-incident)", ...more });

export const incidentSwatch = () =>
  swatch(ring(8, { "stroke-width": 1.8, "stroke-dasharray": "3 2.2" }), ring(24, { "stroke-width": 2 }), ring(40, { "stroke-width": 1, stroke: "var(--map-commune)" }));

export const clusterSwatch = () =>
  swatch(ring(24, { "stroke-width": 2 }), svg("path", { d: "M22 6.2 24.4 4.6V11.6", fill: "none", stroke: "currentColor", "stroke-width": 1.6 }));
