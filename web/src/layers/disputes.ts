// Zones of dispute: hatched in one neutral colour, both sides alike; the stretch of line they are about is dashed.
import type Feature from "ol/Feature";
import GeoJSON from "ol/format/GeoJSON";
import LineString from "ol/geom/LineString";
import MultiLineString from "ol/geom/MultiLineString";
import Point from "ol/geom/Point";
import VectorLayer from "ol/layer/Vector";
import VectorSource from "ol/source/Vector";
import Fill from "ol/style/Fill";
import Stroke from "ol/style/Stroke";
import Style from "ol/style/Style";
import { say } from "../i18n";
import type { Disputes, Text } from "../types";
import { hatch, label, type Palette } from "./palette";

const FORMAT = new GeoJSON({ featureProjection: "EPSG:3857" });

/** Between these metres a pixel the name of a hotspot has room and is of use. */
const NAMED = { least: 12, most: 130 };

function halfway(feature: unknown): Point | undefined {
  const geometry = (feature as Feature).getGeometry();
  const lines = geometry instanceof MultiLineString ? geometry.getLineStrings() : geometry instanceof LineString ? [geometry] : [];
  const longest = lines.reduce<LineString | null>((best, line) => (best && best.getLength() >= line.getLength() ? best : line), null);
  return longest ? new Point(longest.getCoordinateAt(0.5)) : undefined;
}

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
        if (resolution < NAMED.least || resolution > NAMED.most) return stretch;
        const text = label(say(feature.get("name") as Text), p, 13, 700, { textBaseline: "bottom", offsetY: -8, overflow: true, fill: new Fill({ color: p.zone }) });
        return [...stretch, new Style({ zIndex: 4, geometry: halfway, text })];
      });
    },
  };
}
