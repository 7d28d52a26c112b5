import { describe, expect, it } from "vitest";
import { mean, type Reading } from "../src/field/fix";
import { missing } from "../src/field/form";
import { uuid7 } from "../src/field/ids";
import { body } from "../src/field/outbox";
import { about_m2, polygon, walkedOn, type Corner } from "../src/field/perimeter";
import { drawn } from "../src/field/sketch";
import type { Report } from "../src/field/types";
import type { Answer } from "../src/types";

const reading = (lon: number, lat: number, accuracy_m: number, at_ms = 0): Reading => ({ lon, lat, accuracy_m, at_ms });

describe("readings of the receiver", () => {
  it("weigh by their accuracy, and are never called better than the best of them", () => {
    const m = mean([reading(102.0, 22, 10), reading(102.0001, 22, 20, 1000)])!;
    expect(m.lon).toBeCloseTo(102.00002, 7);
    expect(m).toMatchObject({ accuracy_m: 10, count: 2, still: false });
  });
  it("from another place or too long ago are left out", () => {
    expect(mean([reading(102, 22, 5), reading(102.01, 22, 5, 1000)])!.count).toBe(1);
    expect(mean([reading(102, 22, 5), reading(102, 22, 5, 61_000)])!.count).toBe(1);
  });
  it("that are the same to the last digit are not believed", () => {
    const same = [0, 1, 2, 3].map((i) => reading(102.123456, 22.1, 5, i * 1000));
    expect(mean(same)!.still).toBe(true);
    expect(mean(same.slice(1))!.still).toBe(false);
  });
  it("none: no mean", () => expect(mean([])).toBeNull());
});

describe("a perimeter", () => {
  // Geodesic area of this square on the WGS 84 ellipsoid by PROJ 9.5.1 (Geod.polygon_area_perimeter): 11 434.207 m².
  const square: Corner[] = [[103, 22], [103.001, 22], [103.001, 22.001], [103, 22.001]];
  it("holds about as much land as the geodesic says", () => {
    expect(Math.abs(about_m2(square) / 11434.207 - 1)).toBeLessThan(0.005);
    expect(about_m2([...square].reverse())).toBeCloseTo(about_m2(square), 6);
    expect(about_m2(square.slice(0, 2))).toBe(0);
  });
  it("is sent closed and counter-clockwise, whichever way it was walked", () => {
    const ring = polygon([...square].reverse()).coordinates[0]!;
    expect(ring[0]).toEqual(ring[ring.length - 1]);
    expect(ring).toHaveLength(5);
    const signed = ring.slice(1).reduce((sum, b, i) => sum + ring[i]![0] * b[1] - b[0] * ring[i]![1], 0);
    expect(signed).toBeGreaterThan(0);
  });
  it("takes a corner only after a step", () => {
    expect(walkedOn([[103, 22]], [103.00001, 22])).toHaveLength(1);
    expect(walkedOn([[103, 22]], [103.0001, 22])).toHaveLength(2);
  });
});

describe("ids", () => {
  it("are UUIDv7 and sort by time", () => {
    const ids = [1_700_000_000_000, 1_700_000_000_001].map((ms) => uuid7(ms, new Uint8Array(10).fill(255)));
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(ids[0]! < ids[1]!).toBe(true);
  });
});

const report = (more: Partial<Report> = {}): Report => ({
  id: uuid7(), by: "ranger", state: "draft", made_at: "2026-02-01T01:00:00.000Z", changed_at: "2026-02-01T01:00:00.000Z", kind: "deforestation",
  place: { how: "gps", lon: 102.5, lat: 22.1, text: null, crs: null, accuracy_m: 7.25 }, perimeter: [], occurred: "2026-02-01T08:00",
  description: "  ", area_ha: "1,5", answer: null, photos: [], refusal: null, receipt: null, ...more,
});

describe("a report", () => {
  it("is sent with what is known, and with nothing else", () => {
    expect(body(report())).toEqual({
      kind: "deforestation", position: { type: "Point", coordinates: [102.5, 22.1] }, accuracy_m: 7.3, how: "gps",
      occurred_at: new Date("2026-02-01T08:00").toISOString(), recorded_at: "2026-02-01T01:00:00.000Z", area_ha: 1.5,
    });
  });
  it("keeps what was typed letter for letter, with the system that was named", () => {
    const place = { how: "typed", lon: null, lat: null, text: "462791 2457880", crs: "EPSG:9205", accuracy_m: null } as const;
    expect(body(report({ place }))).toMatchObject({ position: "462791 2457880", crs: "EPSG:9205", how: "typed" });
  });
  it("that was walked around is a polygon, and a mock position stays one", () => {
    const perimeter: Corner[] = [[103, 22], [103.001, 22], [103.001, 22.001]];
    expect(body(report({ perimeter }))).toMatchObject({ how: "walked", position: { type: "Polygon" } });
    expect(body(report({ perimeter, place: { ...report().place!, how: "mock" } }))).toMatchObject({ how: "mock" });
  });
  it("is not sent before it says what, where and when", () => {
    expect(missing(report())).toBeNull();
    expect(missing(report({ kind: null }))).toBe("reportNoKind");
    expect(missing(report({ place: null }))).toBe("reportNoPlace");
    expect(missing(report({ occurred: "" }))).toBe("reportNoWhen");
  });
});

describe("the sketch of the nearest boundary", () => {
  const position = { accuracy_m: 20 } as Answer["position"];
  const boundary = (distance_m: number, bearing_deg: number | null) => ({ distance_m, bearing_deg }) as Answer["boundary"];

  it("has north up and east to the right", () => {
    const [north, east] = [drawn({ position, boundary: boundary(100, 0) })!, drawn({ position, boundary: boundary(100, 90) })!];
    expect(north.foot.y).toBeLessThan(-50);
    expect(Math.abs(north.foot.x)).toBeLessThan(1e-9);
    expect(east.foot.x).toBeCloseTo(-north.foot.y, 9);
  });

  it("is to scale, and all of it is in sight", () => {
    for (const metres of [0.4, 7, 300, 12_000]) {
      const { foot, accuracy, bar } = drawn({ position, boundary: boundary(metres, 210) })!;
      const per_m = Math.hypot(foot.x, foot.y) / metres;
      expect(accuracy! / 20).toBeCloseTo(per_m, 9);
      expect(bar.length / bar.metres).toBeCloseTo(per_m, 9);
      expect(Math.max(accuracy!, Math.hypot(foot.x, foot.y), bar.length)).toBeLessThan(100);
    }
  });

  it("is none on the line, and none where no line is known", () => {
    expect(drawn({ position, boundary: boundary(0, null) })).toBeNull();
    expect(drawn({ position, boundary: null })).toBeNull();
  });
});
