// Tiles of a base map: which ones cover a place, and where they lie. XYZ in Web Mercator, as every tile server has it.
import type { BaseMap } from "./types";

export interface Tile { z: number; x: number; y: number }
/** Degrees. */
export type Box = [west: number, south: number, east: number, north: number];

/** Half the equator of the sphere of Web Mercator (EPSG:3857), in metres: π · 6 378 137. */
const HALF_M = 20_037_508.342789244;
const TILE_PX = 256;

const column = (lon: number, z: number) => ((lon + 180) / 360) * 2 ** z;
const row = (lat: number, z: number) => (0.5 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI)) * 2 ** z;

export function tileBox({ z, x, y }: Tile): Box {
  const lon = (at: number) => (at / 2 ** z) * 360 - 180;
  const lat = (at: number) => (Math.atan(Math.sinh(Math.PI * (1 - (2 * at) / 2 ** z))) * 180) / Math.PI;
  return [lon(x), lat(y + 1), lon(x + 1), lat(y)];
}

/** Of the base map's own extent, what lies in the box at a zoom; in rows from the north. */
export function tilesOver(map: BaseMap, box: Box, z: number): Tile[] {
  const [west, south, east, north] = within(box, map.bbox);
  if (west >= east || south >= north) return [];
  const most = 2 ** z - 1;
  const first = (at: number) => Math.min(most, Math.max(0, Math.floor(at)));
  // A box that ends on the edge of a tile does not reach into the next one.
  const last = (at: number) => Math.min(most, Math.max(0, Math.ceil(at) - 1));
  const tiles: Tile[] = [];
  for (let y = first(row(north, z)); y <= last(row(south, z)); y += 1) {
    for (let x = first(column(west, z)); x <= last(column(east, z)); x += 1) tiles.push({ z, x, y });
  }
  return tiles;
}

function within(a: Box, b: Box | null): Box {
  return b ? [Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.min(a[3], b[3])] : a;
}

/** How many there are, without making a list of them: a province at zoom 16 has a hundred thousand. */
export function countOver(map: BaseMap, box: Box, z: number): number {
  const [west, south, east, north] = within(box, map.bbox);
  if (west >= east || south >= north) return 0;
  return Math.max(1, Math.ceil(column(east, z)) - Math.floor(column(west, z))) * Math.max(1, Math.ceil(row(south, z)) - Math.floor(row(north, z)));
}

/** The zoom whose pixels are as fine as wanted, as far as the map has it; null: it begins much finer. */
export function zoomFor(map: BaseMap, m_per_px: number, lat: number): number | null {
  const wanted = Math.round(Math.log2(((2 * HALF_M) / TILE_PX / m_per_px) * Math.cos((lat * Math.PI) / 180)));
  const z = Math.min(map.max_zoom, Math.max(map.min_zoom, wanted));
  return z > wanted + 1 ? null : z;
}

/** Its own tiles lie below the address of the page, wherever that is. */
export const baseAddress = (map: BaseMap) => (map.in_file ? new URL(".", document.baseURI).href + map.url : map.url);
export const addressOf = (map: BaseMap, { z, x, y }: Tile) => baseAddress(map).replace("{z}", `${z}`).replace("{x}", `${x}`).replace("{y}", `${y}`);
