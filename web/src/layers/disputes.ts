// Zones of dispute: hatched in one neutral colour, both sides alike. The outline says what a zone rests on: solid where
// a party has filed, dashed where it is derived. The stretch of line they are about is dashed, heavier.
import type Feature from "ol/Feature";
import { createEmpty, extend, isEmpty, type Extent } from "ol/extent";
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
import { claimStyle } from "./claims";
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
  /** Around the zone and claims of a dispute, else around its stretch, in map units; null where nothing is drawn. */
  extent(id: string): Extent | null;
  /** The stretches of line, for drawing along them. */
  stretches(): Feature[];
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
    extent(id) {
      const of = source.getFeatures().filter((f) => f.get("id") === id || f.get("dispute") === id);
      const zone = of.filter((f) => f.get("role") !== "stretch");
      const box = createEmpty();
      for (const f of zone.length > 0 ? zone : of) extend(box, f.getGeometry()!.getExtent());
      return isEmpty(box) ? null : box;
    },
    stretches: () => source.getFeatures().filter((f) => f.get("role") === "stretch"),
    select(ids) {
      selected = ids;
      layer.changed();
    },
    paint(p) {
      const fill = new Fill({ color: hatch(p.zone) });
      const claim = claimStyle(p);
      const zone = (filed: boolean, strong: boolean) =>
        new Style({ fill, stroke: new Stroke({ color: p.zone, width: strong ? 3 : filed ? 1.8 : 1.2, ...(filed ? {} : { lineDash: [5, 4] }) }), zIndex: strong ? 1 : 0 });
      const stretch = [
        new Style({ stroke: new Stroke({ color: p.halo, width: 6 }), zIndex: 2 }),
        new Style({ stroke: new Stroke({ color: p.stretch, width: 3.2, lineDash: [9, 6] }), zIndex: 3 }),
      ];
      layer.setStyle((feature, resolution) => {
        if (feature.get("role") === "claim") return claim(feature, resolution);
        if (feature.get("role") === "zone") return zone(feature.get("zone") !== "derived", selected.has(feature.get("id")));
        if (resolution < NAMED.least || resolution > NAMED.most) return stretch;
        const text = label(say(feature.get("name") as Text), p, 13, 700, { textBaseline: "bottom", offsetY: -8, overflow: true, fill: new Fill({ color: p.zone }) });
        return [...stretch, new Style({ zIndex: 4, geometry: halfway, text })];
      });
    },
  };
}
