// Provinces and the units below them. What no unit covers keeps the colour of "outside".
import Feature from "ol/Feature";
import { createEmpty, extend, isEmpty, type Extent } from "ol/extent";
import GeoJSON from "ol/format/GeoJSON";
import type Geometry from "ol/geom/Geometry";
import LineString from "ol/geom/LineString";
import MultiPolygon from "ol/geom/MultiPolygon";
import Polygon from "ol/geom/Polygon";
import VectorLayer from "ol/layer/Vector";
import VectorSource from "ol/source/Vector";
import Fill from "ol/style/Fill";
import Stroke from "ol/style/Stroke";
import Style from "ol/style/Style";
import type { Units } from "../types";
import { namePlace } from "./names";
import { label, type Palette } from "./palette";

/** Below this many metres a pixel the names of communes and districts have room. */
const NAMES_BELOW_M_PER_PX = 320;

/** Holes between communes and specks beside them, smaller than this, are gaps of the data and no provincial line. */
const GAP_BELOW_M2 = 1_000_000;

const FORMAT = new GeoJSON({ featureProjection: "EPSG:3857" });

export interface UnitLayers {
  layers: VectorLayer<VectorSource>[];
  setProvinces(units: Units): void;
  setUnits(units: Units): void;
  /** Lights up the units with these codes, or with these names where an answer gives no code. */
  select(keys: ReadonlySet<string>): void;
  /** What the map shows, in map units: names move into it. */
  look(sight: Extent): void;
  /** The units that reach into an extent, as they are drawn. */
  within(extent: Extent): Feature[];
  /** Around the units and provinces with these codes, in map units; null where none of them is drawn. */
  extent(codes: ReadonlySet<string>): Extent | null;
  paint(palette: Palette): void;
  /** With a base map beneath, the land has no colour of its own. */
  clear(on: boolean): void;
}

export function unitLayers(): UnitLayers {
  const provinces = new VectorSource();
  const units = new VectorSource();
  let selected: ReadonlySet<string> = new Set();
  let clear = false;
  let painted: Palette | null = null;
  let sight: Extent = [-Infinity, -Infinity, Infinity, Infinity];
  const land = new VectorLayer({ source: provinces, zIndex: 0 });
  const lower = new VectorLayer({ source: units, zIndex: 1, updateWhileInteracting: true });
  const lit = new VectorLayer({ source: units, zIndex: 2 });
  const border = new VectorLayer({ source: provinces, zIndex: 3, updateWhileInteracting: true });
  const rim = new VectorSource();
  const outer = new VectorLayer({ source: rim, zIndex: 3, updateWhileInteracting: true });
  const names = new VectorLayer({ source: units, zIndex: 9, declutter: "names", maxResolution: NAMES_BELOW_M_PER_PX });
  const provinceNames = new VectorLayer({ source: provinces, zIndex: 9, declutter: "names", minResolution: NAMES_BELOW_M_PER_PX });
  const isLit = (feature: { getId(): unknown; get(key: string): unknown }) =>
    selected.has(String(feature.getId())) || selected.has(String(feature.get("name")));

  return {
    layers: [land, lower, lit, border, outer, names, provinceNames],
    setProvinces(data) {
      fill(provinces, data, withoutGaps);
      rim.clear(true);
      rim.addFeatures(outerLines(provinces.getFeatures().map((f) => f.getGeometry())).map((line) => new Feature(line)));
    },
    setUnits: (data) => fill(units, data, (geometry) => geometry),
    select(keys) {
      selected = keys;
      lit.changed();
      names.changed();
    },
    look(extent) {
      sight = extent;
      names.changed();
    },
    clear(on) {
      if (on === clear) return;
      clear = on;
      land.setVisible(!on);
      if (painted) this.paint(painted);
    },
    within: (extent) => units.getFeaturesInExtent(extent),
    extent(codes) {
      const box = createEmpty();
      for (const unit of [...units.getFeatures(), ...provinces.getFeatures()]) if (codes.has(String(unit.getId()))) extend(box, unit.getGeometry()!.getExtent());
      return isEmpty(box) ? null : box;
    },
    paint(p) {
      painted = p;
      const line = (color: string, width: number) => new Style({ stroke: new Stroke({ color, width, lineJoin: "round" }) });
      // On a base map thin lines get lost: they are drawn heavier, with a rim.
      const commune = clear ? [line(p.halo, 4), line(p.label, 1.5)] : line(p.commune, 1);
      const district = clear ? [line(p.halo, 5), line(p.label, 2)] : line(p.district, 1.6);
      land.setStyle(new Style({ fill: new Fill({ color: p.land }) }));
      lower.setStyle((feature) => (feature.get("level") === "district" ? district : commune));
      border.setStyle([line(p.halo, 6), line(p.province, 2.6)]);
      // As national borders are drawn, though the data do not say where it is one: the legend tells.
      outer.setStyle([line(p.halo, 8), line(p.province, 2), new Style({ stroke: new Stroke({ color: p.province, width: 4, lineDash: [14, 7, 3, 7], lineCap: "butt" }) })]);
      const on = [new Style({ fill: new Fill({ color: p.lit }) }), line(p.halo, 5), line(p.select, 2.6)];
      lit.setStyle((feature) => (isLit(feature) ? on : []));
      const placed = (feature: unknown) => namePlace(feature as Feature, sight);
      names.setStyle((feature) => {
        const strong = isLit(feature);
        return new Style({ geometry: placed, zIndex: strong ? 1 : 0, text: label(shortName(feature.get("name")), p, strong ? 15 : 13, strong ? 700 : 400, { overflow: true }) });
      });
      provinceNames.setStyle((feature) =>
        new Style({ geometry: placed, text: label(shortName(feature.get("name")).toLocaleUpperCase("vi"), p, 15, 700, { overflow: true }) }));
    },
  };
}

/** The stretches of outline that no other province has: the outer edge of the data. Neighbours share their vertices. */
export function outerLines(geometries: (Geometry | undefined)[]): LineString[] {
  const rings = geometries.flatMap((g) => (g instanceof MultiPolygon ? g.getPolygons() : [])).flatMap((part) => part.getLinearRings()).map((ring) => ring.getCoordinates());
  const key = (a: number[], b: number[]) => [a, b].map((c) => `${Math.round(c[0]!)} ${Math.round(c[1]!)}`).sort().join(" ");
  const times = new Map<string, number>();
  const count = (a: number[], b: number[]) => times.set(key(a, b), (times.get(key(a, b)) ?? 0) + 1);
  for (const ring of rings) ring.forEach((c, i) => i > 0 && count(ring[i - 1]!, c));
  const lines: LineString[] = [];
  for (const ring of rings) {
    let run: number[][] = [];
    const end = () => {
      if (run.length > 1) lines.push(new LineString(run));
      run = [];
    };
    ring.forEach((c, i) => {
      if (i > 0 && times.get(key(ring[i - 1]!, c)) === 1) run.push(c);
      else {
        end();
        run = [c];
      }
    });
    end();
  }
  return lines;
}

export function withoutGaps(geometry: Geometry | undefined): Geometry | undefined {
  const parts = geometry instanceof MultiPolygon ? geometry.getPolygons() : geometry instanceof Polygon ? [geometry] : [];
  if (parts.length === 0) return geometry;
  const rings = parts.map((part) => part.getLinearRings().filter((ring) => Math.abs(ring.getArea()) >= GAP_BELOW_M2).map((ring) => ring.getCoordinates()));
  return new MultiPolygon(rings.filter((part) => part.length > 0));
}

function fill(source: VectorSource, data: Units, drawn: (geometry: Geometry | undefined) => Geometry | undefined): void {
  const features = FORMAT.readFeatures(data);
  for (const feature of features) feature.setGeometry(drawn(feature.getGeometry()));
  source.clear(true);
  source.addFeatures(features);
}

/** "Xã Tà Tổng" → "Tà Tổng"; the kind is in the answer, the map has little room. */
const KIND = /^(xã|phường|thị trấn|huyện|thị xã|thành phố|tỉnh)\s+/iu;
const shortName = (name: unknown) => String(name ?? "").replace(KIND, "");
