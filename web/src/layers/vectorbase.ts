// A base map of vector tiles on the map, drawn plainly (basekinds.ts says what of it).
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
import { baseAddress } from "../tiles";
import type { BaseLayerMade } from "./basemap";
import { BASE_COLOURS as COLOUR, drawnAs } from "./basekinds";
import { FONT } from "./palette";

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
  const what = drawnAs(feature.getProperties(), feature.getGeometry()!.getType());
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
  const source = new VectorTileSource({ format: new MVT(), url: baseAddress(map), minZoom: map.min_zoom, maxZoom: map.max_zoom });
  return { layer: new VectorTileLayer({ source, style, declutter: "base", className: "basemap", renderMode: "hybrid" }), source };
}
