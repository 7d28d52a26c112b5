import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { toGrid } from "../src/crs";

// 102.64°E 22.22°N by PROJ 9 with EPSG operation 6960, to 0.1 mm.
const PLACE = { lon: 102.64, lat: 22.22 };
const BY_PROJ: [string, number, number][] = [
  ["EPSG:9205", 462690.8158, 2458064.6067],
  ["EPSG:9208", 282246.0892, 2459538.2146],
  ["EPSG:3405", 256532.2399, 2459181.0965],
  ["EPSG:5897", 256459.1704, 2459919.1461],
  ["EPSG:32648", 256726.8764, 2459073.6076],
];

describe("coordinates read off the map", () => {
  it.each(BY_PROJ)("in %s are PROJ's within a centimetre", (crs, east_m, north_m) => {
    const grid = toGrid(PLACE.lon, PLACE.lat, crs)!;
    expect(Math.hypot(grid.east_m - east_m, grid.north_m - north_m)).toBeLessThan(0.01);
  });

  it("are degrees where no grid is named or the page does not know it", () => {
    for (const crs of [null, "EPSG:4326", "EPSG:1", "VN-2000 nội bộ"]) expect(toGrid(PLACE.lon, PLACE.lat, crs)).toBeNull();
  });

  const shared = process.env["GIAPRANH_SHARED"] || fileURLToPath(new URL("../../../shared", import.meta.url));
  const truth = `${shared}/truth/vn2000.csv`;
  it.runIf(existsSync(truth))("agree with every row of the reference file", () => {
    const rows = readFileSync(truth, "utf8").trim().split("\n").slice(1).map((line) => line.split(","));
    expect(rows.length).toBeGreaterThan(100);
    for (const [crs, x, y, lon, lat] of rows) {
      const grid = toGrid(Number(lon), Number(lat), crs!);
      if (crs === "EPSG:4756") {
        expect(grid, "VN-2000 in degrees is no grid").toBeNull();
        continue;
      }
      if (grid === null) throw new Error(`${crs} is not known`);
      expect(Math.hypot(grid.east_m - Number(x), grid.north_m - Number(y)), `${crs} ${x} ${y}`).toBeLessThan(0.01);
    }
  });
});
