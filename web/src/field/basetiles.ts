// The base map beneath the sketch: pictures as they are, vector tiles as plain shapes. From the server, or from what was taken
// along: the service worker answers for tiles that are on the phone.
import { svg } from "../dom";
import { BASE_COLOURS as COLOUR, drawnAs, type BaseKind } from "../layers/basekinds";
import { addressOf, tileBox, tilesOver, zoomFor, type Box, type Tile } from "../tiles";
import type { BaseMap } from "../types";

/** Degrees to units of the sketch. */
export interface Plane {
  x(lon: number): number;
  y(lat: number): number;
  /** The square of so many units to each side, in degrees. */
  box(half: number): Box;
  m_per_px: number;
  lat: number;
}

/** More tiles than this in a small picture: the zoom is wrong for it. */
const MOST = 25;

/** Null: the map has nothing here. What does not come stays blank. */
export function baseTiles(map: BaseMap, plane: Plane, half: number): SVGElement | null {
  const z = zoomFor(map, plane.m_per_px, plane.lat);
  const tiles = z === null ? [] : tilesOver(map, plane.box(half), z);
  if (tiles.length === 0 || tiles.length > MOST) return null;
  return svg("g", { class: "base" }, ...tiles.map((tile) => (map.format === "mvt" ? shapes(map, tile, plane) : image(map, tile, plane))));
}

function image(map: BaseMap, tile: Tile, plane: Plane): SVGElement {
  const [west, south, east, north] = tileBox(tile);
  const [x, y] = [plane.x(west), plane.y(north)];
  // Half a pixel of overlap: no seams.
  return svg("image", { href: addressOf(map, tile), x, y, width: plane.x(east) - x + 0.4, height: plane.y(south) - y + 0.4, preserveAspectRatio: "none" });
}

const LOOK: Record<Exclude<BaseKind, "name">, Record<string, string | number>> = {
  water: { fill: COLOUR.water },
  stream: { fill: "none", stroke: COLOUR.water, "stroke-width": 1.2 },
  wood: { fill: COLOUR.wood },
  road: { fill: "none", stroke: COLOUR.road, "stroke-width": 1 },
  path: { fill: "none", stroke: COLOUR.path, "stroke-width": 0.8, "stroke-dasharray": "3 2" },
  contour: { fill: "none", stroke: COLOUR.contour, "stroke-width": 0.6 },
  peak: { fill: COLOUR.path },
};

function shapes(map: BaseMap, tile: Tile, plane: Plane): SVGElement {
  const group = svg("g", {});
  void fetch(addressOf(map, tile))
    .then(async (answer) => (answer.status === 200 ? answer.arrayBuffer() : null))
    .then(async (bytes) => bytes && group.append(...(await import("./vectortile")).decoded(bytes, tile).flatMap((f) => shape(f, plane))))
    .catch(() => undefined);
  return group;
}

/** A feature of a vector tile in degrees: points, or lines and rings. */
export interface TileFeature { properties: Record<string, unknown>; type: string; lines: [number, number][][] }

function shape({ properties, type, lines }: TileFeature, plane: Plane): SVGElement[] {
  const kind = drawnAs(properties, type);
  if (!kind || kind === "name") return [];
  const [first] = lines;
  if (kind === "peak") return first?.[0] ? [svg("circle", { r: 1.8, cx: plane.x(first[0][0]), cy: plane.y(first[0][1]), ...LOOK.peak })] : [];
  const d = lines.map((line) => `M${line.map(([lon, lat]) => `${plane.x(lon).toFixed(1)} ${plane.y(lat).toFixed(1)}`).join("L")}`).join("");
  return [svg("path", { d, "fill-rule": "evenodd", ...LOOK[kind] })];
}
