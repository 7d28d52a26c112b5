// What an answer puts on the map: the point, the circle of its accuracy, the way to the line, and other readings of it.
import Feature from "ol/Feature";
import { createEmpty, extend, type Extent } from "ol/extent";
import LineString from "ol/geom/LineString";
import Point from "ol/geom/Point";
import { circular } from "ol/geom/Polygon";
import VectorLayer from "ol/layer/Vector";
import { fromLonLat } from "ol/proj";
import VectorSource from "ol/source/Vector";
import Circle from "ol/style/Circle";
import Fill from "ol/style/Fill";
import RegularShape from "ol/style/RegularShape";
import Stroke from "ol/style/Stroke";
import Style from "ol/style/Style";
import { distance } from "../format";
import { letter } from "../panels/readings";
import type { Answer } from "../types";
import { label, type Palette } from "./palette";

/** Readings closer than this (metres of the map) would hide each other: they share one mark. */
const TOGETHER_M = 5000;

const apart = (a: Point, b: Point) => {
  const [x, y] = a.getCoordinates() as [number, number];
  const [u, v] = b.getCoordinates() as [number, number];
  return Math.hypot(x - u, y - v);
};

export interface AnswerLayer {
  layer: VectorLayer<VectorSource>;
  /** Only the point, while the answer is on its way. */
  ask(lon: number, lat: number): void;
  show(answer: Answer): void;
  clear(): void;
  /** What should be in sight, in map units; null with nothing to show. */
  extent(): Extent | null;
  paint(palette: Palette): void;
}

export function answerLayer(): AnswerLayer {
  const source = new VectorSource();
  const layer = new VectorLayer({ source, zIndex: 12, updateWhileInteracting: true });
  const add = (kind: string, geometry: Point | LineString | ReturnType<typeof circular>, text = "") =>
    source.addFeature(new Feature({ kind, text, geometry }));
  const at = (lon: number, lat: number) => new Point(fromLonLat([lon, lat]));

  return {
    layer,
    ask(lon, lat) {
      source.clear();
      add("point", at(lon, lat));
    },
    show(a) {
      source.clear();
      const { lon, lat, accuracy_m, other_readings } = a.position;
      if (a.verdict === "ambiguous_position" || lon === null || lat === null) {
        const marks: { place: Point; text: string }[] = [];
        other_readings.forEach((r, index) => {
          const place = at(r.lon, r.lat);
          const near = marks.find((mark) => apart(mark.place, place) < TOGETHER_M);
          if (near) near.text += ` ${letter(index)}`;
          else marks.push({ place, text: letter(index) });
        });
        for (const { place, text } of marks) add("reading", place, text);
        return;
      }
      if (accuracy_m !== null) add("accuracy", circular([lon, lat], accuracy_m, 64).transform("EPSG:4326", "EPSG:3857") as ReturnType<typeof circular>);
      if (a.boundary) {
        const { lon: x, lat: y, distance_m } = a.boundary;
        add("way", new LineString([fromLonLat([lon, lat]), fromLonLat([x, y])]), distance(distance_m));
        add("near", at(x, y));
      }
      add("point", at(lon, lat));
    },
    clear: () => source.clear(),
    extent() {
      const box = createEmpty();
      source.forEachFeature((feature) => void extend(box, feature.getGeometry()!.getExtent()));
      return source.isEmpty() ? null : box;
    },
    paint(p) {
      const way = (feature: { get(key: string): unknown }) => [
        new Style({ stroke: new Stroke({ color: p.halo, width: 5 }) }),
        new Style({ stroke: new Stroke({ color: p.near, width: 2.4, lineDash: [2, 6], lineCap: "round" }), text: label(String(feature.get("text")), p, 13, 700, { placement: "line", textBaseline: "bottom", offsetY: -5 }) }),
      ];
      const styles: Record<string, Style[]> = {
        accuracy: [new Style({ fill: new Fill({ color: `${p.point}22` }), stroke: new Stroke({ color: p.point, width: 1.5, lineDash: [5, 4] }) })],
        near: [new Style({ image: new RegularShape({ points: 4, radius: 7, angle: 0, fill: new Fill({ color: p.halo }), stroke: new Stroke({ color: p.near, width: 2.4 }) }) })],
        point: [
          new Style({ zIndex: 2, image: new Circle({ radius: 11, fill: new Fill({ color: p.halo }), stroke: new Stroke({ color: p.point, width: 3.5 }) }) }),
          new Style({ zIndex: 3, image: new Circle({ radius: 4.5, fill: new Fill({ color: p.point }) }) }),
        ],
      };
      layer.setStyle((feature) => {
        const kind = String(feature.get("kind"));
        if (kind === "way") return way(feature);
        if (kind !== "reading") return styles[kind] ?? [];
        return new Style({
          text: label(String(feature.get("text")), p, 15, 700, {
            backgroundFill: new Fill({ color: p.halo }),
            backgroundStroke: new Stroke({ color: p.point, width: 3, lineDash: [4, 3] }),
            padding: [5, 8, 3, 9],
            textAlign: "left",
            offsetX: -5,
          }),
        });
      });
    },
  };
}
