import { afterEach, describe, expect, it } from "vitest";
import { coordinates, date, direction, distance, hectares, list, percent, scale } from "../src/format";
import { setLang } from "../src/i18n";

afterEach(() => setLang("vi"));

describe("what a person reads", () => {
  it("has decimal commas in Vietnamese and points in English", () => {
    expect(distance(2301.9)).toBe("2,30 km");
    setLang("en");
    expect(distance(2301.9)).toBe("2.30 km");
  });

  it("rounds a distance to what it is worth", () => {
    expect([0.04, 7.26, 230.4, 12345].map(distance)).toEqual(["< 1 m", "7,3 m", "230 m", "12,3 km"]);
  });

  it("never says that something is certain or impossible", () => {
    expect([1, 0.9995, 0.993, 0.62, 0.004, 0].map(percent)).toEqual(["> 99,9 %", "> 99,9 %", "99,3 %", "62 %", "< 1 %", "< 1 %"]);
  });

  it("names eight directions, north at both ends of the circle", () => {
    expect([0, 22, 23, 90, 135, 180, 247, 315, 338, 359.9].map(direction))
      .toEqual(["bắc", "bắc", "đông bắc", "đông", "đông nam", "nam", "tây nam", "tây bắc", "bắc", "bắc"]);
    setLang("en");
    expect(direction(45)).toBe("north-east");
  });

  it("writes a date as each language does, and leaves alone what is no date", () => {
    expect(date("2025-07-01")).toBe("01/07/2025");
    setLang("en");
    expect(date("2025-07-01")).toBe("1 July 2025");
    expect(date("khoảng 2019")).toBe("khoảng 2019");
  });

  it("joins names with the right last word", () => {
    expect(list(["A"])).toBe("A");
    expect(list(["A", "B", "C"])).toBe("A, B và C");
    expect(list(["A", "B"], "or")).toBe("A hoặc B");
  });

  it("gives areas in hectares and scales with their thousands apart", () => {
    expect([40, 5200, 10_000, 734_000, 6_280_000].map(hectares)).toEqual(["< 0,01 ha", "0,52 ha", "1 ha", "73,4 ha", "628 ha"]);
    expect([2000, 10_000, 1_000_000].map(scale)).toEqual(["1:2\u202f000", "1:10\u202f000", "1:1\u202f000\u202f000"]);
  });

  it("names the system of coordinates, and letters rather than x and y", () => {
    expect(coordinates(102.64, 22.22, "EPSG:9205")).toBe("462691 Đ, 2458065 B (EPSG:9205)");
    expect(coordinates(102.64, 22.22, null)).toBe("22.22000°B 102.64000°Đ (WGS 84)");
  });
});
