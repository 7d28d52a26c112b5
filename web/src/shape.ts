// A shape that a person files: read from a file for a first look, and measured. Whether it can stand is for the server.
import type { Geometry, LineString, MultiLineString, MultiPolygon, Polygon } from "geojson";
import { toDegrees } from "./crs";

export type FiledGeometry = LineString | MultiLineString | Polygon | MultiPolygon;

/** A file that holds some lines or polygons. `crs`: what the file itself says, null where it says nothing. */
export interface FiledFile { name: string; geojson: object; geometries: FiledGeometry[]; crs: string | null }

export type BadFile = "fileNotJson" | "fileNoShape";

/** Reads GeoJSON text; gives the key of the sentence that says why it is none. */
export function readFile(name: string, text: string): FiledFile | BadFile {
  let geojson: unknown;
  try {
    geojson = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return "fileNotJson";
  }
  const geometries = geometriesOf(geojson).filter(isFiled);
  if (geometries.length === 0) return "fileNoShape";
  return { name, geojson: geojson as object, geometries, crs: crsOf(geojson) };
}

function geometriesOf(value: unknown): Geometry[] {
  if (typeof value !== "object" || value === null) return [];
  const { type, features, geometry } = value as { type?: unknown; features?: unknown; geometry?: unknown };
  if (type === "FeatureCollection") return Array.isArray(features) ? features.flatMap(geometriesOf) : [];
  if (type === "Feature") return geometriesOf(geometry);
  return typeof type === "string" ? [value as Geometry] : [];
}

const isFiled = (geometry: Geometry): geometry is FiledGeometry =>
  ["LineString", "MultiLineString", "Polygon", "MultiPolygon"].includes(geometry.type) && Array.isArray((geometry as FiledGeometry).coordinates);

/** The `crs` member of GeoJSON 2008, which QGIS still writes: "urn:ogc:def:crs:EPSG::9205". */
function crsOf(geojson: unknown): string | null {
  const name = (geojson as { crs?: { properties?: { name?: unknown } } }).crs?.properties?.name;
  if (typeof name !== "string") return null;
  if (name.endsWith("CRS84")) return "EPSG:4326";
  const code = /(\d+)$/.exec(name)?.[1];
  return code ? `EPSG:${code}` : null;
}

/** The shapes in degrees, WGS 84, for the map; null where the page does not know the system or the numbers are not of it. */
export function onGround(geometries: FiledGeometry[], crs: string | null): FiledGeometry[] | null {
  const degrees = toDegrees(crs);
  if (!degrees) return null;
  const turn = (value: unknown): unknown => {
    if (!Array.isArray(value)) return NaN;
    return typeof value[0] === "number" ? degrees(value[0], Number(value[1])) : value.map(turn);
  };
  const turned = geometries.map((g) => ({ type: g.type, coordinates: turn(g.coordinates) }) as FiledGeometry);
  const flat = turned.flatMap((g) => (g.coordinates as unknown[]).flat(3) as number[]);
  return flat.every((n) => Number.isFinite(n) && Math.abs(n) <= 180) ? turned : null;
}

/** Seven digits of a degree are a centimetre. */
export function rounded<G extends LineString | Polygon>(geometry: G): G {
  const round = (n: number) => Math.round(n * 1e7) / 1e7;
  const turn = (value: unknown): unknown => (Array.isArray(value) ? value.map(turn) : round(Number(value)));
  return { ...geometry, coordinates: turn(geometry.coordinates) };
}
