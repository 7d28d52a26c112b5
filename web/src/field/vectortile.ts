// Vector tiles decoded, in degrees. Loaded only where a base map is made of them.
import Feature from "ol/Feature";
import MVT from "ol/format/MVT";
import type SimpleGeometry from "ol/geom/SimpleGeometry";
import { fromLonLat, toLonLat } from "ol/proj";
import { tileBox, type Tile } from "../tiles";
import type { TileFeature } from "./basetiles";

const FORMAT = new MVT<Feature>({ featureClass: Feature });

export function decoded(bytes: ArrayBuffer, tile: Tile): TileFeature[] {
  const [west, south, east, north] = tileBox(tile);
  const extent = [...fromLonLat([west, south]), ...fromLonLat([east, north])];
  const features = FORMAT.readFeatures(bytes, { extent, featureProjection: "EPSG:3857" });
  return features.flatMap((feature) => {
    const geometry = feature.getGeometry() as SimpleGeometry | undefined;
    return geometry ? [{ properties: feature.getProperties(), type: geometry.getType(), lines: linesOf(geometry.getCoordinates()) }] : [];
  });
}

/** Points, lines and rings, however deep they are nested. */
function linesOf(coordinates: unknown): [number, number][][] {
  const list = coordinates as unknown[];
  if (typeof list[0] === "number") return [[degrees(list as number[])]];
  const inner = list[0] as unknown[] | undefined;
  if (inner && typeof inner[0] === "number") return [(list as number[][]).map(degrees)];
  return list.flatMap(linesOf);
}

const degrees = (at: number[]) => toLonLat(at) as [number, number];
