// Zones of dispute: hatched in one neutral colour, both sides alike; the stretch of line they are about is dashed.
import GeoJSON from "ol/format/GeoJSON";
import VectorLayer from "ol/layer/Vector";
import VectorSource from "ol/source/Vector";
import Fill from "ol/style/Fill";
import Stroke from "ol/style/Stroke";
import Style from "ol/style/Style";
import { say } from "../i18n";
import type { Disputes, Text } from "../types";
import { hatch, label, type Palette } from "./palette";

const FORMAT = new GeoJSON({ featureProjection: "EPSG:3857" });

/** The name of a hotspot has room below this many metres a pixel. */
const NAME_BELOW_M_PER_PX = 400;

export interface DisputeLayer {
  layer: VectorLayer<VectorSource>;
  set(disputes: Disputes): void;
  select(ids: ReadonlySet<string>): void;
  paint(palette: Palette): void;
}

export function disputeLayer(): DisputeLayer {
  const source = new VectorSource();
  const layer = new VectorLayer({ source, zIndex: 4, declutter: "disputes" });
  let selected: ReadonlySet<string> = new Set();
  return {
    layer,
    set(disputes) {
      source.clear(true);
      source.addFeatures(FORMAT.readFeatures({ ...disputes, features: disputes.features.filter((f) => f.geometry) }));
    },
    select(ids) {
      selected = ids;
      layer.changed();
    },
    paint(p) {
      const fill = new Fill({ color: hatch(p.zone) });
      const zone = new Style({ fill, stroke: new Stroke({ color: p.zone, width: 1 }) });
      const strong = new Style({ fill, stroke: new Stroke({ color: p.zone, width: 3 }), zIndex: 1 });
      const stretch = [
        new Style({ stroke: new Stroke({ color: p.halo, width: 6 }), zIndex: 2 }),
        new Style({ stroke: new Stroke({ color: p.stretch, width: 3.2, lineDash: [9, 6] }), zIndex: 3 }),
      ];
      layer.setStyle((feature, resolution) => {
        if (feature.get("role") === "zone") return selected.has(feature.get("id")) ? strong : zone;
        if (resolution > NAME_BELOW_M_PER_PX) return stretch;
        const name = new Style({ zIndex: 4, text: label(say(feature.get("name") as Text), p, 13, 700, { placement: "line", overflow: true, fill: new Fill({ color: p.zone }) }) });
        return resolution > 60 ? [...stretch, name] : stretch;
      });
    },
  };
}
