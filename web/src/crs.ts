// Coordinates for reading off the map, and files drawn on it before they are sent. The only file that uses proj4. What is
// typed or filed is read by the server, not here.
import proj4 from "proj4";

/** Shift of VN-2000 to WGS 84: EPSG operation 6960, a Coordinate Frame rotation of (−0.00928836″, +0.01975479″,
 *  −0.00427372″). proj4 wants Position Vector, so all three are negated. */
const SHIFT = "+towgs84=-191.90441429,-39.30318279,-111.45032835,0.00928836,-0.01975479,0.00427372,0.252906278";
const VN2000 = `+ellps=WGS84 ${SHIFT} +units=m +no_defs`;

/** "VN-2000 nội bộ": the same grid, with no datum shift. */
const INTERNAL = "+noi-bo";

/** VN-2000 / TM-3: EPSG code → central meridian in degrees, k = 0.9999, false easting 500 000 m (EPSG registry). */
const TM3: Record<number, number> = {
  5896: 102, 5897: 105, 5898: 108, 9205: 103, 9206: 104, 9207: 104.5, 9208: 104.75, 9209: 105.5, 9210: 105.75, 9211: 106,
  9212: 106.25, 9213: 106.5, 9214: 107, 9215: 107.25, 9216: 107.5, 9217: 108.25, 9218: 108.5,
};
const DEFINITIONS: Record<string, string> = {
  ...Object.fromEntries(Object.entries(TM3).map(([code, meridian]) =>
    [`EPSG:${code}`, `+proj=tmerc +lat_0=0 +lon_0=${meridian} +k=0.9999 +x_0=500000 +y_0=0 ${VN2000}`])),
  "EPSG:3405": `+proj=utm +zone=48 ${VN2000}`,
  "EPSG:3406": `+proj=utm +zone=49 ${VN2000}`,
  "EPSG:32648": "+proj=utm +zone=48 +datum=WGS84 +units=m +no_defs",
};
for (const [code, definition] of Object.entries(DEFINITIONS)) proj4.defs(code, definition);

/** Easting and northing in metres, or null for a system the page cannot draw (the server may know more). */
export function toGrid(lon: number, lat: number, crs: string | null): { east_m: number; north_m: number } | null {
  if (!crs || crs === "EPSG:4326" || !proj4.defs(crs)) return null;
  const [east_m, north_m] = proj4("EPSG:4326", crs, [lon, lat]) as [number, number];
  return { east_m, north_m };
}

/** Turns numbers of a system into degrees, WGS 84; null for a system the page does not know. */
export function toDegrees(crs: string | null): ((x: number, y: number) => [lon: number, lat: number]) | null {
  if (!crs || crs === "EPSG:4326") return (x, y) => [x, y];
  const code = crs.replace(INTERNAL, "");
  const known = code === "EPSG:4756" ? `+proj=longlat +ellps=WGS84 ${SHIFT} +no_defs` : DEFINITIONS[code];
  if (!known) return null;
  const { forward } = proj4(code === crs ? known : known.replace(SHIFT, "+towgs84=0,0,0"), "EPSG:4326");
  return (x, y) => forward([x, y]) as [number, number];
}
