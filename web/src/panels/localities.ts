// Whose the point is, how likely, and how near the line runs.
import { el } from "../dom";
import { arrow, bar } from "../icons";
import { t, word } from "../i18n";
import { boundaryLine } from "../plaintext";
import type { Answer, Locality } from "../types";
import { localityFacts, localityName, localityPlace, units } from "../words";
import { part } from "./part";

export function localitiesPart(a: Answer): HTMLElement | null {
  if (a.localities.length === 0) return null;
  return part(t("localities"), "localities", el("ul", { class: "localities" }, ...a.localities.map(item)));
}

function item(l: Locality): HTMLElement {
  return el("li", {},
    el("div", { class: "locality-head" },
      el("strong", {}, localityName(l)),
      el("span", { class: "chip" }, word("role", l.role)),
      l.party && el("span", { class: "chip party" }, t("partyMark"))),
    el("p", { class: "muted" }, localityPlace(l)),
    bar(l.probability),
    el("p", {}, localityFacts(l)),
    l.became.length > 0 && el("p", { class: "became" }, t("becameMark", { names: units(l.became) })));
}

export function boundaryPart(a: Answer): HTMLElement | null {
  const b = a.boundary;
  if (!b) return null;
  return part(t("boundary"), "boundary",
    el("div", { class: "boundary" }, b.bearing_deg !== null && arrow(b.bearing_deg), el("p", {}, boundaryLine(a))));
}
