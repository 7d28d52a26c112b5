import { describe, expect, it } from "vitest";
import { emptyDraft, missing, readScale, toClaim, type Draft } from "../src/draft";
import type { FiledFile } from "../src/shape";

const line = { type: "LineString" as const, coordinates: [[102.60000000001, 22.2], [102.61, 22.21]] };
const file: FiledFile = { name: "a.geojson", geojson: { type: "Feature" }, geometries: [line], crs: null };
const full: Draft = { ...emptyDraft("2026-02-03", ""), party: 1, scale: "1:10.000", title: " Biên bản ", number: "", by: " Ai đó " };

describe("a scale as it is typed", () => {
  it.each(["1:10 000", "1/10.000", "10000", "1 : 10,000", "1:10\u202f000"])("%s is 10 000", (text) => expect(readScale(text)).toBe(10_000));
  it.each(["", "  "])("«%s» is none", (text) => expect(readScale(text)).toBeNull());
  it.each(["lớn", "1:0", "-5", "1:5 km"])("%s cannot be read", (text) => expect(readScale(text)).toBeNaN());
});

describe("a claim that is being written", () => {
  it("chooses no party by itself, and says everything that is missing, in the order of the form", () => {
    expect(missing(emptyDraft("2026-02-03", ""), null, "2026-02-04").map(([field]) => field)).toEqual(["party", "shape", "title", "by"]);
    expect(missing({ ...full, filed: "", scale: "?" }, line, "2026-02-04").map(([field]) => field)).toEqual(["filed", "scale"]);
    expect(missing(full, line, "2026-02-04")).toEqual([]);
  });

  it("is filed today at the latest, by the name the person gave before", () => {
    expect(missing(full, line, "2026-02-03")).toEqual([]);
    expect(missing(full, line, "2026-02-02")).toEqual([["filed", "filedInFuture"]]);
    expect(emptyDraft("2026-02-03", "Ai đó")).toMatchObject({ by: "Ai đó", filed: "2026-02-03", party: null });
  });

  it("wants a file where a file was chosen as the way, however much is drawn", () => {
    expect(missing({ ...full, how: "file" }, line, "2026-02-04")).toEqual([["shape", "missingFile"]]);
    expect(missing({ ...full, how: "file", file }, null, "2026-02-04")).toEqual([]);
  });

  it("is sent with the party counted from one, in degrees where it was drawn", () => {
    expect(toClaim(full, line, null)).toEqual({
      by: "Ai đó", party: "2", geojson: { type: "LineString", coordinates: [[102.6, 22.2], [102.61, 22.21]] }, crs: "EPSG:4326", filed: "2026-02-03", scale: 10_000,
      document: { title: "Biên bản", number: null, date: null },
    });
  });

  it("sends a file as it is, in the system that was chosen or as the file says", () => {
    const attachment = { sha256: "ab", name: "a.pdf" };
    const sent = toClaim({ ...full, how: "file", file, scale: "", dated: "2026-01-02" }, null, attachment);
    expect(sent).toMatchObject({ geojson: file.geojson, crs: null, scale: null, document: { date: "2026-01-02", file: attachment } });
    expect(toClaim({ ...full, how: "file", file, crs: "EPSG:9205+noi-bo" }, null, null).crs).toBe("EPSG:9205+noi-bo");
  });
});
