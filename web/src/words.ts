// An answer in words, for the panel and for the text that is copied: one place, so that both say the same.
import { distance, list, percent } from "./format";
import { say, t, word } from "./i18n";
import type { Agreement, Answer, Dispute, Locality, UnitRef } from "./types";

/** "Xã Mường Toong, Tỉnh Điện Biên": names collide, so never without the province where it is known. */
export function unit(ref: UnitRef): string {
  return [ref.name, ref.district, ref.province].filter(Boolean).join(", ");
}

export const units = (refs: UnitRef[]) => refs.map(unit).join("; ");

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

export function localityFacts(l: Locality): string {
  const where = l.contains ? t("inside") : t("away", { distance: distance(l.distance_m) });
  return `${t("probability", { percent: percent(l.probability) })} · ${where}`;
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
