import { describe, expect, it } from "vitest";
import { toDegrees, toGrid } from "../src/crs";
import { onGround, readFile, rounded, type FiledFile } from "../src/shape";

const line = { type: "LineString", coordinates: [[102.6, 22.2], [102.61, 22.21]] } as const;
const read = (value: unknown) => readFile("a.geojson", JSON.stringify(value)) as FiledFile;

describe("a file that is filed", () => {
  it("may be a shape, a feature or a collection", () => {
    const feature = { type: "Feature", properties: {}, geometry: line };
    for (const value of [line, feature, { type: "FeatureCollection", features: [feature] }]) {
      expect(read(value).geometries).toEqual([line]);
      expect(read(value).geojson).toEqual(value);
    }
  });

  it("is refused with a reason where nothing in it can be filed", () => {
    expect(readFile("a", "PK\u0003")).toBe("fileNotJson");
    for (const value of [null, 3, [], {}, { type: "Point", coordinates: [1, 2] }, { type: "FeatureCollection", features: 1 }, { type: "LineString" }, { type: "Feature", geometry: null }]) {
      expect(read(value)).toBe("fileNoShape");
    }
  });

  it("may begin with a byte order mark", () => {
    expect((readFile("a", `\uFEFF${JSON.stringify(line)}`) as FiledFile).geometries).toHaveLength(1);
  });

  it.each([
    ["urn:ogc:def:crs:EPSG::9205", "EPSG:9205"], ["EPSG:3405", "EPSG:3405"], ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326"], ["mine", null],
  ])("says its own system as %s", (name, crs) => {
    expect(read({ ...line, crs: { type: "name", properties: { name } } }).crs).toBe(crs);
    expect(read(line).crs).toBeNull();
  });
});

describe("where a shape lies", () => {
  it.each(["EPSG:9205", "EPSG:9208", "EPSG:3405", "EPSG:32648"])("comes back from %s within two millimetres", (crs) => {
    const { east_m, north_m } = toGrid(102.64, 22.22, crs)!;
    const [shape] = onGround([{ type: "LineString", coordinates: [[east_m, north_m], [east_m, north_m]] }], crs)!;
    const [lon, lat] = shape!.coordinates[0] as number[];
    expect(Math.abs(lon! - 102.64)).toBeLessThan(2e-8);
    expect(Math.abs(lat! - 22.22)).toBeLessThan(2e-8);
  });

  it("is 222 m off in the internal grid, which has no datum shift", () => {
    const [lon, lat] = toDegrees("EPSG:9205")!(462690.8158, 2458064.6067);
    const [x, y] = toDegrees("EPSG:9205+noi-bo")!(462690.8158, 2458064.6067);
    const metres = Math.hypot((x - lon) * 111_320 * Math.cos((lat * Math.PI) / 180), (y - lat) * 110_700);
    expect(metres).toBeGreaterThan(215);
    expect(metres).toBeLessThan(230);
  });

  it("is not shown for numbers that are no degrees, nor for an unknown system", () => {
    const grid = { type: "Polygon" as const, coordinates: [[[462000, 2458000], [463000, 2458000], [463000, 2459000], [462000, 2458000]]] };
    expect(onGround([grid], null)).toBeNull();
    expect(onGround([grid], "EPSG:1")).toBeNull();
    expect(onGround([{ type: "LineString", coordinates: [["x", "y"]] as unknown as number[][] }], null)).toBeNull();
  });

  it("is sent to a centimetre", () => {
    expect(rounded({ type: "Polygon", coordinates: [[[102.123456789, 22.000000049]]] }).coordinates).toEqual([[[102.1234568, 22]]]);
  });
});
