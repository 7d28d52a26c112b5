// An answer in words, for the panel and for the text that is copied: one place, so that both say the same.
import { distance, list, percent } from "./format";
import { say, t, word } from "./i18n";
import type { Agreement, Answer, Dispute, Locality, Party, UnitRef } from "./types";

/** "Xã Mường Toong, Tỉnh Điện Biên": names collide, so never without the province where it is known. */
export function unit(ref: UnitRef): string {
  return [ref.name, ref.district, ref.province].filter(Boolean).join(", ");
}

/** Units under their provinces: "Tỉnh Điện Biên: Xã Nậm Kè, Xã Quảng Lâm; Tỉnh Lai Châu: …". A single one as `unit`. */
export function units(refs: UnitRef[]): string {
  if (refs.length < 2) return refs.map(unit).join("");
  const byProvince = new Map<string, UnitRef[]>();
  for (const ref of refs) byProvince.set(ref.province ?? "", [...(byProvince.get(ref.province ?? "") ?? []), ref]);
  return [...byProvince].map(([province, group]) => {
    const names = list(group.map((ref) => [ref.name, ref.district].filter(Boolean).join(", ")));
    return province ? `${province}: ${names}` : names;
  }).join("; ");
}

/** One side of a dispute as it was then: its village, where it has one, and its unit. */
export const partyThen = (p: Party) =>
  [p.village && t("village", { name: p.village }), unit(p.then)].filter(Boolean).join(", ");

export function localityName(l: Locality): string {
  if (l.code === null && l.candidates.length > 0) return t("oneOf", { names: list(l.candidates.map((c) => c.name), "or") });
  return l.name;
}

/** The answer in one line. */
export function headline(a: Answer): string {
  const names = a.localities.map(localityName);
  switch (a.verdict) {
    case "sole":
      return names[0] ?? t("headlineNotKnown");
    case "disputed": {
      const parties = a.disputes.filter((d) => d.in_zone).flatMap((d) => d.parties.flatMap((p) => p.now.map((n) => n.name)));
      const sides = a.localities.filter((l) => l.party).map(localityName);
      return list([...new Set(sides.length > 1 ? sides : parties.length > 0 ? parties : names)]);
    }
    case "uncertain":
      return list(names, "or");
    case "none":
      return t("headlineNone");
    case "ambiguous_position":
      return t("headlineAmbiguous");
    case "not_known":
      return t("headlineNotKnown");
  }
}

/** District and province of a locality, and how likely and how far it is. */
export function localityPlace(l: Locality): string {
  return [l.district, l.province ?? t("outsideProvince")].filter(Boolean).join(", ");
}

/** Where the maps cannot tell several communes apart, the probability is that of all of them together. */
export function chance(l: Locality): string {
  const p = percent(l.probability);
  if (l.code === null || l.candidates.length < 2) return t("probability", { percent: p });
  return t("groupProbability", { percent: p, names: list(l.candidates.map((c) => c.name), "or") });
}

export function localityFacts(l: Locality): string {
  const where = l.contains ? t("inside") : t("away", { distance: distance(l.distance_m) });
  return `${chance(l)} · ${where}`;
}

export function zone(d: Dispute): string {
  return t(`zone.${d.zone}`, { width: d.width_m === null ? t("notKnown") : distance(d.width_m) });
}

export function whereToDispute(d: Dispute): string {
  if (d.in_zone) return t("disputeInside");
  return d.distance_m === null ? word("zone", "none") : t("disputeAway", { distance: distance(d.distance_m) });
}

export function term(a: Agreement, date: (iso: string) => string): string {
  const from = a.valid?.from ? date(a.valid.from) : null;
  const to = a.valid?.to ? date(a.valid.to) : null;
  if (from && to) return t("termBoth", { from, to });
  if (from) return t("termFrom", { from });
  return to ? t("termTo", { to }) : t("notKnown");
}

export const explanation = (a: Answer) => say(a.explanation);
