// Provinces and the units below them. What no unit covers keeps the colour of "outside".
import type Feature from "ol/Feature";
import GeoJSON from "ol/format/GeoJSON";
import MultiPolygon from "ol/geom/MultiPolygon";
import Polygon from "ol/geom/Polygon";
import type Geometry from "ol/geom/Geometry";
import VectorLayer from "ol/layer/Vector";
import VectorSource from "ol/source/Vector";
import Circle from "ol/style/Circle";
import Fill from "ol/style/Fill";
import Stroke from "ol/style/Stroke";
import Style from "ol/style/Style";
import type { Units } from "../types";
import { label, type Palette } from "./palette";

/** Below this many metres a pixel the names of communes and districts have room. */
const NAMES_BELOW_M_PER_PX = 190;

const FORMAT = new GeoJSON({ featureProjection: "EPSG:3857" });

export interface UnitLayers {
  layers: VectorLayer<VectorSource>[];
  setProvinces(units: Units): void;
  setUnits(units: Units): void;
  /** Lights up the units with these codes. */
  select(codes: ReadonlySet<string>): void;
  paint(palette: Palette): void;
}

export function unitLayers(): UnitLayers {
  const provinces = new VectorSource();
  const units = new VectorSource();
  let selected: ReadonlySet<string> = new Set();
  const land = new VectorLayer({ source: provinces, zIndex: 0 });
  const lower = new VectorLayer({ source: units, zIndex: 1, updateWhileInteracting: true });
  const border = new VectorLayer({ source: provinces, zIndex: 2, updateWhileInteracting: true });
  const lit = new VectorLayer({ source: units, zIndex: 5 });
  const names = new VectorLayer({ source: units, zIndex: 9, declutter: "units", maxResolution: NAMES_BELOW_M_PER_PX });
  const provinceNames = new VectorLayer({ source: provinces, zIndex: 9, declutter: "units", minResolution: NAMES_BELOW_M_PER_PX });

  return {
    layers: [land, lower, border, lit, names, provinceNames],
    setProvinces: (data) => fill(provinces, data),
    setUnits: (data) => fill(units, data),
    select(codes) {
      selected = codes;
      lit.changed();
      names.changed();
    },
    paint(p) {
      const thin = (colour: string, width: number) => new Style({
        fill: new Fill({ color: p.land }),
        stroke: new Stroke({ color: colour, width }),
        image: new Circle({ radius: 3, fill: new Fill({ color: colour }) }),
      });
      const commune = thin(p.commune, 1);
      const district = thin(p.district, 1.6);
      land.setStyle(new Style({ fill: new Fill({ color: p.land }) }));
      lower.setStyle((feature) => (feature.get("level") === "district" ? district : commune));
      border.setStyle([
        new Style({ stroke: new Stroke({ color: p.halo, width: 6, lineJoin: "round" }) }),
        new Style({ stroke: new Stroke({ color: p.province, width: 2.6, lineJoin: "round" }) }),
      ]);
      const on = [
        new Style({ fill: new Fill({ color: `${p.select}26` }), stroke: new Stroke({ color: p.halo, width: 5 }) }),
        new Style({ stroke: new Stroke({ color: p.select, width: 2.6 }) }),
      ];
      lit.setStyle((feature) => (selected.has(String(feature.getId())) ? on : []));
      names.setStyle((feature) => {
        const strong = selected.has(String(feature.getId()));
        return new Style({ geometry: middle, zIndex: strong ? 1 : 0, text: label(shortName(feature.get("name")), p, strong ? 15 : 13, strong ? 700 : 400, { overflow: true }) });
      });
      provinceNames.setStyle((feature) =>
        new Style({ geometry: middle, text: label(shortName(feature.get("name")).toLocaleUpperCase("vi"), p, 15, 700, { overflow: true }) }));
    },
  };
}

function fill(source: VectorSource, data: Units): void {
  source.clear(true);
  source.addFeatures(FORMAT.readFeatures(data));
}

/** "Xã Tà Tổng" → "Tà Tổng"; the kind is in the answer, the map has little room. */
const KIND = /^(xã|phường|thị trấn|huyện|thị xã|thành phố|tỉnh)\s+/iu;
const shortName = (name: unknown) => String(name ?? "").replace(KIND, "");

/** A point inside the largest part of a unit: one name for a unit, however many parts it has. */
function middle(feature: unknown): Geometry | undefined {
  const item = feature as Feature;
  const known = item.get("middle") as Geometry | undefined;
  if (known) return known;
  const geometry = item.getGeometry();
  const parts = geometry instanceof MultiPolygon ? geometry.getPolygons() : geometry instanceof Polygon ? [geometry] : [];
  const largest = parts.reduce<Polygon | null>((best, part) => (best && best.getArea() >= part.getArea() ? best : part), null);
  const point = largest ? largest.getInteriorPoint() : geometry;
  item.set("middle", point, true);
  return point;
}
