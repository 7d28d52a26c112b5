// The base map beneath everything, where the server has one: for orientation, never drawn over the boundaries and no basis of
// an answer. Loaded only where there is one.
import type BaseLayer from "ol/layer/Base";
import TileLayer from "ol/layer/Tile";
import type UrlTile from "ol/source/UrlTile";
import XYZ from "ol/source/XYZ";
import { baseAddress } from "../tiles";
import type { BaseMap } from "../types";

/** Above the land of the units (0), below everything else. */
const Z_INDEX = 0.5;

export interface BaseLayerMade {
  layer: BaseLayer;
  source: UrlTile;
}

/** `onState`: a tile has come, or did not. */
export async function baseLayer(map: BaseMap, onState: (failed: boolean) => void): Promise<BaseLayer> {
  const { layer, source } = map.format === "mvt" ? (await import("./vectorbase")).vectorLayer(map) : pictures(map);
  layer.setZIndex(Z_INDEX);
  source.on("tileloadend", () => onState(false));
  source.on("tileloaderror", () => onState(true));
  return layer;
}

function pictures(map: BaseMap): BaseLayerMade {
  const source = new XYZ({
    url: baseAddress(map),
    minZoom: map.min_zoom,
    maxZoom: map.max_zoom,
    // Servers of tiles want to know who asks; the address of this server is all they are told.
    referrerPolicy: "origin",
  });
  return { layer: new TileLayer({ source, className: "basemap" }), source };
}

