// Incidents on the map: each kind has its symbol, each stage its ring, and what lies close together is counted.
import Feature, { type FeatureLike } from "ol/Feature";
import { createEmpty, extendCoordinate, type Extent } from "ol/extent";
import Point from "ol/geom/Point";
import VectorLayer from "ol/layer/Vector";
import { fromLonLat } from "ol/proj";
import Cluster from "ol/source/Cluster";
import VectorSource from "ol/source/Vector";
import CircleStyle from "ol/style/Circle";
import Fill from "ol/style/Fill";
import Icon from "ol/style/Icon";
import Stroke from "ol/style/Stroke";
import Style from "ol/style/Style";
import { KIND_PATHS } from "../kinds";
import type { IncidentFeature, IncidentKind } from "../types";
import { label, type Palette } from "./palette";

/** Nearer than this on the screen they are counted together. */
const APART_PX = 38;
const OVER = new Set(["resolved", "closed", "rejected"]);
const JUST_REPORTED = new Set(["reported", "reopened"]);

export interface IncidentLayer {
  layer: VectorLayer;
  set(incidents: IncidentFeature[]): void;
  show(on: boolean): void;
  select(id: string | null): void;
  /** What was touched: one incident's id, or the extent of several. */
  touched(things: FeatureLike[]): { id: string } | { extent: Extent } | null;
  extent(id: string): Extent | null;
  paint(palette: Palette): void;
}

/** The symbol as a picture: 24 px, in the colour of the theme. */
const picture = (kind: IncidentKind, colour: string) =>
  `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="-1 -1 26 26"><g fill="none" stroke="${colour}" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round">${KIND_PATHS[kind].map((d) => `<path d="${d}"/>`).join("")}</g></svg>`)}`;

export function incidentLayer(): IncidentLayer {
  const source = new VectorSource<Feature<Point>>();
  const clusters = new Cluster({ source, distance: APART_PX });
  const layer = new VectorLayer({ source: clusters, zIndex: 10 });
  let selected: string | null = null;
  const within = (thing: FeatureLike): Feature<Point>[] => (thing.get("features") as Feature<Point>[] | undefined) ?? [];

  return {
    layer,
    set(incidents) {
      source.clear(true);
      source.addFeatures(incidents.flatMap((f) => {
        if (!f.geometry) return [];
        const feature = new Feature({ geometry: new Point(fromLonLat(f.geometry.coordinates)), kind: f.properties.kind, state: f.properties.state });
        feature.setId(f.id);
        return [feature];
      }));
    },
    show: (on) => layer.setVisible(on),
    select(id) {
      selected = id;
      layer.changed();
    },
    touched(things) {
      const found = things.map(within).find((features) => features.length > 0);
      if (!found) return null;
      if (found.length === 1) return { id: String(found[0]!.getId()) };
      const extent = createEmpty();
      for (const one of found) extendCoordinate(extent, one.getGeometry()!.getCoordinates());
      return { extent };
    },
    extent: (id) => source.getFeatureById(id)?.getGeometry()?.getExtent() ?? null,
    paint(p) {
      const icons = new Map<string, Icon>();
      const icon = (kind: IncidentKind) => {
        const made = icons.get(kind) ?? new Icon({ src: picture(kind, p.incident), scale: 0.8 });
        icons.set(kind, made);
        return made;
      };
      const disc = (radius: number, colour: string, width: number, lineDash?: number[]) =>
        new Style({ image: new CircleStyle({ radius, fill: new Fill({ color: p.halo }), stroke: new Stroke({ color: colour, width, ...(lineDash ? { lineDash } : {}) }) }) });
      const rings = { fresh: disc(15, p.incident, 2.2, [4, 3]), open: disc(15, p.incident, 2.6), over: disc(13, p.commune, 1.4), chosen: disc(18, p.select, 4) };
      layer.setStyle((thing) => {
        const features = within(thing);
        const first = features[0];
        if (!first) return [];
        const chosen = features.some((f) => f.getId() === selected) ? [rings.chosen] : [];
        if (features.length > 1) {
          const count = disc(14 + Math.min(12, Math.log2(features.length) * 2), p.incident, 2.6);
          count.setText(label(String(features.length), p, 14, 700));
          return [...chosen, count];
        }
        const state = String(first.get("state"));
        const ring = OVER.has(state) ? rings.over : JUST_REPORTED.has(state) ? rings.fresh : rings.open;
        return [...chosen, ring, new Style({ image: icon(first.get("kind") as IncidentKind) })];
      });
    },
  };
}
