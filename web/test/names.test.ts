import Feature from "ol/Feature";
import Point from "ol/geom/Point";
import MultiPolygon from "ol/geom/MultiPolygon";
import Polygon from "ol/geom/Polygon";
import { describe, expect, it } from "vitest";
import { outerLines, withoutGaps } from "../src/layers/units";
import { clip, namePlace } from "../src/layers/names";

const square = (x: number, y: number, size: number) => [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]];
const at = (place: unknown) => (place as Point | undefined)?.getCoordinates().slice(0, 2);
const EVERYWHERE = [-1e9, -1e9, 1e9, 1e9];

describe("a ring clipped to what is in sight", () => {
  it("is the common part", () => {
    expect(new Polygon([clip(square(0, 0, 10), [5, -5, 20, 5])]).getArea()).toBe(25);
  });

  it("stays as it is when all of it is in sight", () => {
    expect(new Polygon([clip(square(0, 0, 10), EVERYWHERE)]).getArea()).toBe(100);
  });

  it("is nothing when none of it is", () => {
    expect(clip(square(0, 0, 10), [20, 20, 30, 30])).toEqual([]);
  });

  it("is the whole box when the box lies inside", () => {
    expect(new Polygon([clip(square(0, 0, 10), [4, 4, 6, 6])]).getArea()).toBe(4);
  });
});

describe("a province as it is drawn", () => {
  const backwards = (ring: number[][]) => [...ring].reverse();
  const rings = (geometry: unknown) => (geometry as MultiPolygon).getPolygons().map((part) => part.getLinearRingCount());

  it.each([[square(0, 0, 20_000), square(10, 10, 500)], [backwards(square(0, 0, 20_000)), backwards(square(10, 10, 500))]])(
    "has no line around a gap, whichever way its rings run", (outer, gap) => {
      expect(rings(withoutGaps(new Polygon([outer, gap])))).toEqual([1]);
    });

  it("keeps its large holes, and loses specks beside it", () => {
    const drawn = withoutGaps(new MultiPolygon([[square(0, 0, 20_000), square(10, 10, 5_000)], [square(50_000, 0, 300)]]));
    expect(rings(drawn)).toEqual([2]);
  });
});

describe("the name of a unit", () => {
  const unit = () => new Feature(new MultiPolygon([[square(0, 0, 10)], [square(100, 0, 2)]]));

  it("stands in its largest part, once", () => {
    expect(at(namePlace(unit(), EVERYWHERE))).toEqual([5, 5]);
  });

  it("moves into sight with the part that is seen", () => {
    expect(at(namePlace(unit(), [8, 8, 20, 20]))).toEqual([9, 9]);
    expect(at(namePlace(unit(), [90, -10, 110, 10]))?.[0]).toBeCloseTo(101);
  });

  it("is gone where nothing of the unit is seen", () => {
    expect(namePlace(unit(), [40, 40, 60, 60])).toBeUndefined();
  });
});

describe("the outer edge of the data", () => {
  const province = (x: number) => new MultiPolygon([[square(x, 0, 100)]]);

  it("is every line that no neighbour has", () => {
    const lines = outerLines([province(0), province(100)]);
    expect(lines.reduce((sum, line) => sum + line.getLength(), 0)).toBe(600);
    const between = lines.flatMap((line) => line.getCoordinates().slice(1).map((c, i) => [line.getCoordinates()[i]!, c])).filter(([a, b]) => a![0] === 100 && b![0] === 100);
    expect(between).toEqual([]);
  });

  it("is all of a province that stands alone", () => {
    expect(outerLines([province(0), undefined]).reduce((sum, line) => sum + line.getLength(), 0)).toBe(400);
  });
});
