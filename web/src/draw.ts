// Drawing a line or an area on the map, point by point, along the lines that are there. Every step can be done by touch,
// mouse or keyboard: a point goes where the map is touched, or to its middle with a button.
import type { LineString as GeoLine, Polygon as GeoPolygon } from "geojson";
import Collection from "ol/Collection";
import type Feature from "ol/Feature";
import { never } from "ol/events/condition";
import type { Extent } from "ol/extent";
import GeoJSON from "ol/format/GeoJSON";
import LineString from "ol/geom/LineString";
import Polygon from "ol/geom/Polygon";
import Draw from "ol/interaction/Draw";
import Modify from "ol/interaction/Modify";
import Snap from "ol/interaction/Snap";
import VectorLayer from "ol/layer/Vector";
import VectorSource from "ol/source/Vector";
import { getArea, getLength } from "ol/sphere";
import Circle from "ol/style/Circle";
import Fill from "ol/style/Fill";
import Stroke from "ol/style/Stroke";
import Style from "ol/style/Style";
import type { Palette } from "./layers/palette";
import type { GMap } from "./map";
import type { FiledGeometry } from "./shape";

/** Pixels within which a point jumps onto a line: about half a fingertip. */
const SNAP_PX = 14;

const FORMAT = new GeoJSON({ featureProjection: "EPSG:3857" });

/** Points set so far, and length in metres or area in m². */
export interface Sketch { phase: "none" | "drawing" | "done"; points: number; length_m: number; area_m2: number | null; enough: boolean }

export interface Drawing {
  layer: VectorLayer<VectorSource>;
  /** Starts anew; what was finished before comes back on `cancel`. */
  begin(kind: "line" | "land"): void;
  pointInMiddle(): void;
  undo(): void;
  finish(): void;
  /** Gives up what is being drawn; a finished shape stays. */
  cancel(): void;
  clear(): void;
  /** Shapes of a file, to look at. */
  preview(shapes: FiledGeometry[]): void;
  snapTo(features: Feature[]): void;
  /** What has been drawn, in degrees, WGS 84. */
  shape(): GeoLine | GeoPolygon | null;
  extent(): Extent | null;
  sketch(): Sketch;
  paint(palette: Palette): void;
}

export function drawing(map: GMap, onChange: () => void): Drawing {
  const source = new VectorSource();
  const layer = new VectorLayer({ source, zIndex: 14, updateWhileInteracting: true });
  const lines = new Collection<Feature>();
  let style: Style[] = [];
  let draw: Draw | null = null;
  let sketched: Feature | null = null;
  let stop = () => {};
  let drawn = false;
  let before: Feature[] = [];

  function halt(): void {
    stop();
    stop = () => {};
    draw = sketched = null;
  }

  /** A finished shape can still be mended: its points can be moved. */
  function mend(): void {
    const modify = new Modify({ source, pixelTolerance: SNAP_PX, style });
    modify.on("modifyend", onChange);
    stop = map.interact([modify, new Snap({ features: lines, pixelTolerance: SNAP_PX })]);
  }

  function clear(): void {
    halt();
    source.clear(true);
    drawn = false;
  }

  return {
    layer,
    begin(kind) {
      if (draw === null) before = drawn ? source.getFeatures() : [];
      clear();
      draw = new Draw({ source, type: kind === "line" ? "LineString" : "Polygon", style, stopClick: true, freehandCondition: never, snapTolerance: SNAP_PX });
      draw.on("drawstart", (event) => {
        sketched = event.feature;
        sketched.getGeometry()!.on("change", onChange);
        onChange();
      });
      draw.on("drawend", () => {
        drawn = true;
        // Only after the shape is in the source.
        queueMicrotask(() => {
          halt();
          mend();
          onChange();
        });
      });
      stop = map.interact([draw, new Snap({ features: lines, pixelTolerance: SNAP_PX })]);
      onChange();
    },
    pointInMiddle: () => draw?.appendCoordinates([map.middle() as [number, number]]),
    undo() {
      if (pointsOf(sketched) > 1) draw?.removeLastPoint();
      else {
        draw?.abortDrawing();
        sketched = null;
      }
      onChange();
    },
    finish: () => void draw?.finishDrawing(),
    cancel() {
      if (!draw) return;
      draw.abortDrawing();
      halt();
      source.addFeatures(before);
      drawn = before.length > 0;
      if (drawn) mend();
      onChange();
    },
    clear() {
      before = [];
      clear();
      onChange();
    },
    preview(shapes) {
      clear();
      source.addFeatures(shapes.flatMap((geometry) => FORMAT.readFeatures({ type: "Feature", properties: {}, geometry })));
      onChange();
    },
    snapTo(features) {
      if (features.length === lines.getLength() && features.every((f, i) => f === lines.item(i))) return;
      lines.clear();
      lines.extend(features);
    },
    shape() {
      const feature = drawn ? source.getFeatures()[0] : undefined;
      return feature ? (FORMAT.writeGeometryObject(feature.getGeometry()!) as GeoLine | GeoPolygon) : null;
    },
    extent: () => (source.isEmpty() ? null : source.getExtent()),
    sketch() {
      const feature = draw ? sketched : drawn ? source.getFeatures()[0] ?? null : null;
      const geometry = feature?.getGeometry();
      const open = draw !== null;
      const area = geometry instanceof Polygon;
      const points = open ? pointsOf(feature) : area ? geometry.getCoordinates()[0]!.length - 1 : geometry instanceof LineString ? geometry.getCoordinates().length : 0;
      return {
        phase: open ? "drawing" : drawn ? "done" : "none",
        points,
        length_m: geometry ? getLength(geometry) : 0,
        area_m2: area ? getArea(geometry) : null,
        enough: points >= (area ? 3 : 2),
      };
    },
    paint(p) {
      const corner = new Circle({ radius: 6, fill: new Fill({ color: p.halo }), stroke: new Stroke({ color: p.draw, width: 2.2 }) });
      style = [
        new Style({ fill: new Fill({ color: `${p.draw}22` }), stroke: new Stroke({ color: p.halo, width: 7 }) }),
        new Style({ stroke: new Stroke({ color: p.draw, width: 3 }), image: corner }),
      ];
      layer.setStyle(style);
    },
  };
}

/** Points set in an unfinished shape: the last one only follows the pointer, and a ring repeats its first. */
function pointsOf(feature: Feature | null): number {
  const geometry = feature?.getGeometry();
  if (geometry instanceof LineString) return geometry.getCoordinates().length - 1;
  return geometry instanceof Polygon ? geometry.getCoordinates()[0]!.length - 2 : 0;
}
