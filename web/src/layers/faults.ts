// Where a filed shape was refused: a numbered mark at each place, the same number as in the list of faults.
import Feature from "ol/Feature";
import { boundingExtent, type Extent } from "ol/extent";
import Point from "ol/geom/Point";
import VectorLayer from "ol/layer/Vector";
import { fromLonLat } from "ol/proj";
import VectorSource from "ol/source/Vector";
import Circle from "ol/style/Circle";
import Fill from "ol/style/Fill";
import Stroke from "ol/style/Stroke";
import Style from "ol/style/Style";
import type { Fault } from "../types";
import { label, type Palette } from "./palette";

export interface FaultLayer {
  layer: VectorLayer<VectorSource>;
  set(faults: Fault[]): void;
  /** Around one fault, or around all, in map units; null where none has a place. */
  extent(index?: number): Extent | null;
  paint(palette: Palette): void;
}

export function faultLayer(): FaultLayer {
  const source = new VectorSource();
  const layer = new VectorLayer({ source, zIndex: 15 });
  let places: (number[] | null)[] = [];
  return {
    layer,
    set(faults) {
      places = faults.map(({ lon, lat }) => (lon === null || lat === null ? null : fromLonLat([lon, lat])));
      source.clear(true);
      source.addFeatures(places.flatMap((place, index) => (place ? [new Feature({ geometry: new Point(place), number: index + 1 })] : [])));
    },
    extent(index) {
      const wanted = index === undefined ? places : [places[index] ?? null];
      const known = wanted.filter((place) => place !== null);
      return known.length > 0 ? boundingExtent(known) : null;
    },
    paint(p) {
      layer.setStyle((feature) => new Style({
        image: new Circle({ radius: 13, fill: new Fill({ color: p.halo }), stroke: new Stroke({ color: p.fault, width: 3 }) }),
        text: label(String(feature.get("number")), p, 14, 700, { fill: new Fill({ color: p.fault }), offsetY: 1 }),
      }));
    },
  };
}
