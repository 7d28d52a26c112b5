// The symbol of each kind of incident: on the map, in lists, on the buttons of a report. Told apart by shape, not colour.
import { svg } from "./dom";
import type { IncidentKind } from "./types";

/** Paths in a box of 24: a felled tree, a flame, a saw's teeth in a trunk, a lorry, a fence post moved. */
export const KIND_PATHS: Record<IncidentKind, string[]> = {
  deforestation: ["M12 2 6.5 10h3L5 16h14l-4.5-6h3Z", "M12 16v3", "M4 21h16", "m4 4 16 16"],
  forest_fire: ["M12 2c1 4 5 5.5 5 11a5 5 0 0 1-10 0c0-2 .8-3.4 2-5 .4 1.6 1 2.4 2 3 1-3 .2-6 1-9Z", "M5 21.5h14"],
  illegal_logging: ["M3 14h18v6H3Z", "M8 17h.1M13 17h.1M18 17h.1", "m3 10 3-4 3 4 3-4 3 4 3-4 3 4"],
  illegal_transport: ["M2 7h11v9H2Z", "M13 10h4l4 3v3h-8Z", "M6.5 16.5a2 2 0 1 0 .1 0M16.5 16.5a2 2 0 1 0 .1 0", "M4 10h7M4 13h7"],
  encroachment: ["M5 3v18M19 3v18", "M5 8h5M5 15h5", "m17 11.5-5 0M14 9l-2.6 2.5L14 14"],
};

export const kindIcon = (kind: IncidentKind) =>
  svg("svg", { viewBox: "0 0 24 24", class: "icon kindicon", "aria-hidden": "true", focusable: "false" },
    ...KIND_PATHS[kind].map((d) => svg("path", { d, fill: "none", stroke: "currentColor", "stroke-width": 2, "stroke-linecap": "round", "stroke-linejoin": "round" })));
