import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CLAIM_DASHES, claimColour, claimDash } from "../src/layers/claimstyle";
import { thingsOf } from "../src/panels/card";
import { claimsByParty, zone } from "../src/words";
import { dispute } from "./answers";

const css = readFileSync(new URL("../src/styles/base.css", import.meta.url), "utf8");
const dark = readFileSync(new URL("../public/dark.css", import.meta.url), "utf8");

/** Relative luminance of WCAG 2 for "#rrggbb". */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

describe("the line styles of the parties", () => {
  it("have the same share of ink, and patterns that differ", () => {
    const share = CLAIM_DASHES.map((dash) => dash.filter((_, i) => i % 2 === 0).reduce((a, b) => a + b, 0) / dash.reduce((a, b) => a + b, 0));
    for (const s of share) expect(s).toBeCloseTo(2 / 3, 2);
    expect(new Set(CLAIM_DASHES.map(String)).size).toBe(CLAIM_DASHES.length);
    expect(claimDash(CLAIM_DASHES.length)).toEqual(claimDash(0));
  });

  it.each([["light", css], ["dark", dark]])("have the same luminance in the %s theme", (_, text) => {
    const values = [0, 1, 2].map((party) => luminance(new RegExp(`--map-${claimColour(party)}: (#[0-9a-f]{6})`).exec(text)![1]!));
    const [most, least] = [Math.max(...values), Math.min(...values)];
    expect((most + 0.05) / (least + 0.05)).toBeLessThan(1.05);
  });
});

describe("the parties of a dispute", () => {
  it("change places and nothing else when the record swaps them", () => {
    const swapped = { ...dispute, parties: [...dispute.parties].reverse(), claims: dispute.claims.map((c) => ({ ...c, party: 1 - c.party })) };
    const here = claimsByParty(dispute).map(({ party, claims }) => [party, claims.map((c) => c.id)]);
    expect(claimsByParty(swapped).map(({ party, claims }) => [party, claims.map((c) => c.id)])).toEqual(here.reverse());
    expect(zone(swapped)).toBe(zone(dispute));
  });

  it("are told in the order of the record, whichever claim is drawn on top", () => {
    const told = [1, 0].map((party) => ({ getProperties: () => ({ role: "claim", dispute: "d", party }) }));
    expect(thingsOf([...told, { getProperties: () => ({ role: "zone" }) }])).toMatchObject([{ party: 0 }, { party: 1 }]);
  });

  it("are not said to have filed nothing where their claims enclose no land", () => {
    expect(zone({ ...dispute, zone: "derived", width_m: 500 })).toContain("các yêu cầu đã nộp");
    expect(zone({ ...dispute, zone: "derived", width_m: 500, claims: [] })).toContain("chưa bên nào nộp");
  });
});
