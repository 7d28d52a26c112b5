// A base map of vector tiles, drawn plainly: water, streams, contours, peaks, roads, the names of places. Its own boundaries and
// names of units are left out: giapranh says what it knows of those, with its basis. Layers by the names that Protomaps and
// OpenMapTiles use.
import type { FeatureLike } from "ol/Feature";
import MVT from "ol/format/MVT";
import VectorTileLayer from "ol/layer/VectorTile";
import VectorTileSource from "ol/source/VectorTile";
import CircleStyle from "ol/style/Circle";
import Fill from "ol/style/Fill";
import Stroke from "ol/style/Stroke";
import Style from "ol/style/Style";
import Text from "ol/style/Text";
import type { BaseMap } from "../types";
import { tileAddress, type BaseLayerMade } from "./basemap";
import { FONT } from "./palette";

/** Readable on light and on dark land alike. */
const COLOUR = { water: "#5a9ecf", wood: "#4f8f5a40", road: "#8b8b8b", path: "#a08a6a", contour: "#b08d5788", name: "#3d5a6e", halo: "#ffffffcc" };

/** What a feature is drawn as; null: not at all. */
export function drawnAs(layer: string, kind: string, geometry: string): "water" | "stream" | "wood" | "road" | "path" | "contour" | "peak" | "name" | null {
  const line = geometry.includes("LineString");
  switch (layer) {
    case "water":
      return line ? "stream" : geometry.includes("Polygon") ? "water" : null;
    case "waterway":
    case "physical_line":
      return "stream";
    case "landcover":
    case "landuse":
      return /wood|forest/.test(kind) && geometry.includes("Polygon") ? "wood" : null;
    case "roads":
    case "transportation":
      return line ? (/path|track|footway/.test(kind) ? "path" : "road") : null;
    case "contour":
    case "contours":
      return line ? "contour" : null;
    case "mountain_peak":
    case "peaks":
      return "peak";
    case "pois":
      return kind === "peak" ? "peak" : null;
    case "places":
    case "place":
      // Hamlets and villages; the units themselves are named by giapranh.
      return /village|hamlet|neighbourhood|locality|isolated_dwelling/.test(kind) ? "name" : null;
    default:
      return null;
  }
}

const line = (color: string, width: number, lineDash?: number[]) => new Style({ stroke: new Stroke({ color, width, ...(lineDash ? { lineDash } : {}) }) });
const STYLES = {
  water: new Style({ fill: new Fill({ color: COLOUR.water }) }),
  stream: line(COLOUR.water, 1.4),
  wood: new Style({ fill: new Fill({ color: COLOUR.wood }) }),
  road: line(COLOUR.road, 1.2),
  path: line(COLOUR.path, 1, [4, 3]),
  contour: line(COLOUR.contour, 0.8),
};

function style(feature: FeatureLike): Style | undefined {
  const kind = String(feature.get("kind_detail") ?? feature.get("class") ?? feature.get("kind") ?? "");
  const what = drawnAs(String(feature.get("layer")), `${kind} ${String(feature.get("kind") ?? "")}`.trim(), feature.getGeometry()!.getType());
  if (!what) return undefined;
  if (what !== "peak" && what !== "name") return STYLES[what];
  const text = String(feature.get("name:vi") ?? feature.get("name") ?? "");
  const image = what === "peak" ? new CircleStyle({ radius: 2.5, fill: new Fill({ color: COLOUR.path }) }) : undefined;
  return new Style({
    ...(image ? { image } : {}),
    text: new Text({ text, font: `400 12px ${FONT}`, offsetY: image ? -9 : 0, fill: new Fill({ color: COLOUR.name }), stroke: new Stroke({ color: COLOUR.halo, width: 2.5 }) }),
  });
}

export function vectorLayer(map: BaseMap): BaseLayerMade {
  const source = new VectorTileSource({ format: new MVT(), url: tileAddress(map), minZoom: map.min_zoom, maxZoom: map.max_zoom });
  return { layer: new VectorTileLayer({ source, style, declutter: "base", className: "basemap", renderMode: "hybrid" }), source };
}
