// Slivers: land that two maps put in different units. Off until it is asked for. One colour for all of them, whichever
// way they go: a difference between maps says nothing about either side.
import GeoJSON from "ol/format/GeoJSON";
import VectorLayer from "ol/layer/Vector";
import VectorSource from "ol/source/Vector";
import Fill from "ol/style/Fill";
import Stroke from "ol/style/Stroke";
import Style from "ol/style/Style";
import type { Slivers } from "../types";
import type { Palette } from "./palette";

const FORMAT = new GeoJSON({ featureProjection: "EPSG:3857" });

export interface SliverLayer {
  layer: VectorLayer<VectorSource>;
  set(slivers: Slivers): void;
  show(on: boolean): void;
  paint(palette: Palette): void;
}

export function sliverLayer(): SliverLayer {
  const source = new VectorSource();
  const layer = new VectorLayer({ source, zIndex: 3.5, visible: false });
  return {
    layer,
    set(slivers) {
      source.clear(true);
      source.addFeatures(FORMAT.readFeatures(slivers).map((feature) => {
        feature.set("role", "sliver", true);
        return feature;
      }));
    },
    show: (on) => layer.setVisible(on),
    paint(p) {
      const wide = new Style({ fill: new Fill({ color: `${p.sliver}66` }), stroke: new Stroke({ color: p.sliver, width: 1.4 }) });
      const noise = new Style({ fill: new Fill({ color: `${p.sliver}22` }), stroke: new Stroke({ color: p.sliver, width: 0.8, lineDash: [2, 2] }) });
      layer.setStyle((feature) => (feature.get("noise") ? noise : wide));
    },
  };
}
