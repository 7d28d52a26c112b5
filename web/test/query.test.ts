import { describe, expect, it } from "vitest";
import { literal, question, type Wanted } from "../src/data/query";

const wanted = (more: Partial<Wanted> = {}): Wanted => ({ collection: "communes", field: "", type: "string", format: null, operator: "eq", value: "", day: "", box: "", ...more });
const params = (path: string) => Object.fromEntries(new URLSearchParams(path.split("?")[1] ?? ""));

describe("the question that a filter builds", () => {
  it("is the whole layer where nothing is asked for", () => {
    expect(question(wanted())).toBe("ogc/collections/communes/items");
    expect(question(wanted({ field: "name", value: "  " }))).toBe("ogc/collections/communes/items");
  });
  it("writes values as CQL2 does", () => {
    expect(literal("Na Cô Sa", "string", null)).toBe("'Na Cô Sa'");
    expect(literal("x' OR '1'='1", "string", null)).toBe("'x'' OR ''1''=''1'");
    expect(literal("12.50", "number", null)).toBe("12.5");
    expect(literal("1; DROP", "integer", null)).toBe("'1; DROP'");
    expect(literal("có", "boolean", null)).toBe("TRUE");
    expect(literal("2025-07-01", "string", "date")).toBe("DATE('2025-07-01')");
  });
  it("joins field, day and box", () => {
    const path = question(wanted({ field: "name", operator: "like", value: "Nậm%", day: "2025-06-30", box: "102, 22, 103, 23" }), { f: "csv" });
    expect(params(path)).toEqual({ filter: "name LIKE 'Nậm%'", "filter-lang": "cql2-text", datetime: "2025-06-30", bbox: "102,22,103,23", f: "csv" });
  });
});
