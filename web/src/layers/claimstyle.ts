// How claims look, on the map and in the legend. The parties differ by pattern and hue only: the same width, the same
// share of ink (two thirds) and the same luminance, so that none of them looks stronger, in print as on a screen.

/** Width of a claim's line, in pixels. */
export const CLAIM_WIDTH_PX = 3.2;

/** Dashes of each party in the order of the record, in pixels; after the last one they begin again. */
export const CLAIM_DASHES: readonly (readonly number[])[] = [[16, 8], [5, 2.5], [16, 5, 5, 5.5]];

export const claimDash = (party: number) => [...CLAIM_DASHES[party % CLAIM_DASHES.length]!];

/** Name of the colour in the palette. */
export const claimColour = (party: number) => (["claim1", "claim2", "claim3"] as const)[party % 3]!;
