import { describe, expect, it } from "vitest";
import { format, parse } from "../src/state";

describe("the address", () => {
  it.each([
    { ask: { q: "22°13.10'N 102°38.46'E", point: null, crs: null, accuracy_m: 12, at: "2026-01-31", kind: null }, view: { zoom: 11.5, lat: 22.2, lon: 102.6 } },
    { ask: { q: "462791 2457880", point: null, crs: "EPSG:9205", accuracy_m: null, at: null, kind: null }, view: null },
    { ask: { q: "1 & 2 # = + %", point: null, crs: null, accuracy_m: null, at: null, kind: null }, view: null },
    { ask: { q: null, point: { lon: 102.641, lat: 22.218333 }, crs: null, accuracy_m: null, at: "2023-06-01", kind: "forest_fire" as const }, view: null },
    { ask: null, view: { zoom: 8, lat: 21.9, lon: 103.6 } },
    { ask: null, view: null },
  ])("brings back what was put in: %j", (state) => {
    expect(parse(format(state))).toEqual(state);
  });

  it.each(["#map=1/2", "#map=a/b/c", "#map=1//2", "#point=102", "#point=102,x", "#q=", "#nonsense"])("takes %s for nothing", (hash) => {
    expect(parse(hash)).toEqual({ ask: null, view: null });
  });

  it("takes a kind of incident that nobody knows for none", () => {
    expect(parse("#q=1&kind=theft").ask?.kind).toBeNull();
  });

  it.each(["0", "-5", "x", ""])("takes an accuracy of «%s» for not known", (accuracy) => {
    expect(parse(`#q=1&accuracy=${accuracy}`).ask?.accuracy_m).toBeNull();
  });
});
