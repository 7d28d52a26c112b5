// Tiles of a base map: where they lie, which ones a place needs, how far in what is taken along goes.
import { describe, expect, it } from "vitest";
import { lastZoom, MOST_TILES } from "../src/field/basekeep";
import { planeAt } from "../src/field/sketch";
import { drawnAs } from "../src/layers/basekinds";
import { countOver, tileBox, tilesOver, zoomFor, type Box } from "../src/tiles";
import type { BaseMap } from "../src/types";

const map = (more: Partial<BaseMap> = {}): BaseMap => ({ name: "", attribution: "©", url: "basemap/{z}/{x}/{y}", format: "png", min_zoom: 0, max_zoom: 16, bbox: null, in_file: true, ...more });

describe("tiles", () => {
  it("lie where the scheme of OpenStreetMap puts them", () => {
    // Zoom 1: four tiles about the point 0, 0; Web Mercator ends at 85.0511°.
    expect(tileBox({ z: 1, x: 1, y: 1 }).map((v) => Math.round(v * 1e4) / 1e4)).toEqual([0, -85.0511, 180, 0]);
    // Điện Biên Phủ (21.386° N 103.017° E): ln(tan φ + sec φ) = 0.38226, so row 4096 · (1 − 0.38226 / π) / 2 = 1798.8.
    expect(tilesOver(map(), [103.017, 21.386, 103.0171, 21.3861], 12)).toEqual([{ z: 12, x: 3220, y: 1798 }]);
  });

  it("cover a box without a gap, and no more than that", () => {
    const box: Box = [102.9, 21.9, 103.1, 22.1];
    for (const z of [5, 9, 13]) {
      const tiles = tilesOver(map(), box, z);
      const boxes = tiles.map(tileBox);
      expect(Math.min(...boxes.map((b) => b[0]))).toBeLessThanOrEqual(box[0]);
      expect(Math.min(...boxes.map((b) => b[1]))).toBeLessThanOrEqual(box[1]);
      expect(Math.max(...boxes.map((b) => b[2]))).toBeGreaterThanOrEqual(box[2]);
      expect(Math.max(...boxes.map((b) => b[3]))).toBeGreaterThanOrEqual(box[3]);
      expect(boxes.every((b) => b[0] < box[2] && b[2] > box[0] && b[1] < box[3] && b[3] > box[1])).toBe(true);
      expect(tiles.length).toBe(countOver(map(), box, z));
    }
    // A tile's own box is that tile alone.
    expect(tilesOver(map(), tileBox({ z: 10, x: 805, y: 449 }), 10)).toHaveLength(1);
  });

  it("are asked for only where the map has any", () => {
    const small = map({ bbox: [103, 22, 103.1, 22.1] });
    expect(tilesOver(small, [104, 22, 105, 23], 10)).toEqual([]);
    expect(countOver(small, [104, 22, 105, 23], 10)).toBe(0);
    expect(tilesOver(small, [100, 20, 110, 25], 8)).toHaveLength(1);
  });

  it("are as fine as the screen, as far as the map goes", () => {
    // 40 075 km around the equator in 256 pixels; at 60° half of that.
    expect(zoomFor(map(), 156_543, 0)).toBe(0);
    expect(zoomFor(map(), 78_271, 60)).toBe(0);
    expect(zoomFor(map(), 1, 22)).toBe(16);
    expect(zoomFor(map({ min_zoom: 12 }), 1000, 22)).toBeNull();
  });

  it("are taken along to the finest zoom that stays within the limit", () => {
    const commune: Box = [102.9, 21.9, 103.1, 22.1];
    const last = lastZoom(map(), commune);
    const sum = (to: number) => Array.from({ length: to + 1 }, (_, z) => countOver(map(), commune, z)).reduce((a, b) => a + b, 0);
    expect(sum(last)).toBeLessThanOrEqual(MOST_TILES);
    expect(sum(last + 1)).toBeGreaterThan(MOST_TILES);
    expect(lastZoom(map({ max_zoom: 9 }), commune)).toBe(9);
  });
});

describe("the sketch's plane", () => {
  it("is in metres about the place, north up", () => {
    const plane = planeAt(103, 22, 1);
    // A degree of latitude at 22° N is 110 724 m, one of longitude 103 264 m (WGS 84).
    expect(plane.y(22.01)).toBeCloseTo(-1107.2, 0);
    expect(plane.x(103.01)).toBeCloseTo(1032.6, 0);
    const [west, south, east, north] = plane.box(500);
    expect(plane.x(west)).toBeCloseTo(-500, 6);
    expect(plane.y(south)).toBeCloseTo(500, 6);
    expect(plane.x(east)).toBeCloseTo(500, 6);
    expect(plane.y(north)).toBeCloseTo(-500, 6);
  });
});

describe("a base map of vector tiles", () => {
  it.each([
    [{ layer: "boundaries", kind: "country" }, "LineString", null],
    [{ layer: "boundary", admin_level: 4 }, "LineString", null],
    [{ layer: "places", kind: "locality", kind_detail: "village" }, "Point", "name"],
    [{ layer: "place", class: "country" }, "Point", null],
    [{ layer: "place", class: "province" }, "Point", null],
    [{ layer: "water", kind: "river" }, "LineString", "stream"],
    [{ layer: "water", kind: "lake" }, "Polygon", "water"],
    [{ layer: "waterway", class: "stream" }, "MultiLineString", "stream"],
    [{ layer: "contours", ele: 900 }, "LineString", "contour"],
    [{ layer: "mountain_peak", class: "peak" }, "Point", "peak"],
    [{ layer: "roads", kind: "path" }, "LineString", "path"],
    [{ layer: "something", kind: "else" }, "Polygon", null],
  ])("%j (%s) is drawn as %s: no boundary, no unit's name", (properties, geometry, kind) => expect(drawnAs(properties, geometry)).toBe(kind));
});
