// What the parties ask for: each claim in its party's line style, with the name of the party along it.
import type { FeatureLike } from "ol/Feature";
import Fill from "ol/style/Fill";
import Stroke from "ol/style/Stroke";
import Style from "ol/style/Style";
import type { ClaimProps } from "../types";
import { partyShort } from "../words";
import { CLAIM_WIDTH_PX, claimColour, claimDash } from "./claimstyle";
import { label, type Palette } from "./palette";

/** Metres a pixel from which on a name along the line has no room. */
const NAMED_BELOW_M_PER_PX = 60;

export function claimStyle(p: Palette): (feature: FeatureLike, resolution: number) => Style[] {
  const halo = new Style({ stroke: new Stroke({ color: p.halo, width: CLAIM_WIDTH_PX + 3 }), zIndex: 5 });
  // Unseen, but the inside of a filed area can be pointed at too.
  const inside = new Style({ fill: new Fill({ color: "#00000001" }) });
  return (feature, resolution) => {
    const claim = feature.getProperties() as ClaimProps;
    const color = p[claimColour(claim.party)];
    const line = new Style({ stroke: new Stroke({ color, width: CLAIM_WIDTH_PX, lineDash: claimDash(claim.party), lineCap: "butt" }), zIndex: 6 });
    if (resolution > NAMED_BELOW_M_PER_PX) return [inside, halo, line];
    // Names never push each other off the map: either every party is named or none. Each stands at an end of its own.
    const textAlign = claim.party % 2 === 0 ? "left" : "right";
    const text = label(partyShort(claim.party_name), p, 13, 700, { placement: "line", textAlign, textBaseline: "bottom", offsetY: -6, overflow: true, declutterMode: "none", fill: new Fill({ color }) });
    return [inside, halo, line, new Style({ text, zIndex: 7 })];
  };
}
