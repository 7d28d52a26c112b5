// An answer in words, for the panel and for the text that is copied: one place, so that both say the same.
import { date, distance, hectares, list, percent, scale } from "./format";
import { say, t, word } from "./i18n";
import type { ActFirst, Agreement, Answer, Body, Claim, Dispute, Document, Duty, Locality, Named, Party, SliverProps, UnitRef } from "./types";

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

/** What the zone rests on. Claims that enclose no land with each other leave it derived, and that is said. */
export function zone(d: Pick<Dispute, "zone" | "width_m" | "claims">): string {
  return t(d.zone === "derived" && d.claims.length > 0 ? "zone.derived_still" : `zone.${d.zone}`, { width: d.width_m === null ? t("notKnown") : distance(d.width_m) });
}

export function whereToDispute(d: Dispute): string {
  if (d.in_zone) return t("disputeInside");
  return d.distance_m === null ? word("zone", "none") : t("disputeAway", { distance: distance(d.distance_m) });
}

/** A time of validity; the last day is the one before `to`. */
export function period(from: string | null | undefined, to: string | null | undefined): string {
  if (from && to) return t("termBoth", { from: date(from), to: date(to) });
  if (from) return t("termFrom", { from: date(from) });
  return to ? t("termTo", { to: date(to) }) : t("notKnown");
}

export const term = (a: Agreement) => period(a.valid?.from, a.valid?.to);

/** Title, number, date and publisher of a paper; what is not known is left out. */
export function paper(d: Document): string {
  const number = d.number && !d.title.includes(d.number) ? t("paperNumber", { number: d.number }) : null;
  return [d.title, number, d.date && date(d.date), d.source].filter(Boolean).join(" · ");
}

/** One side of a dispute by its names now, else by its names then: short enough for a label. */
export const partyShort = (p: Party) => p.village ?? (list(p.now.map((u) => u.name)) || p.then.name);

/** What a claim asks for, since when, and on which map. */
export const claimFacts = (c: Claim) =>
  [word("claim", c.asks_for), t("claimFiled", { date: date(c.filed) }), c.scale ? t("claimScale", { scale: scale(c.scale) }) : t("claimNoScale"), c.crs].join(" · ");

/** Claims in the order of the parties, each with its party; a party without one is not left out. */
export const claimsByParty = (d: Pick<Dispute, "parties" | "claims">) =>
  d.parties.map((party, index) => ({ party, index, claims: d.claims.filter((c) => c.party === index) }));

/** A unit that is only named, with its province where the answer knows it: names collide. */
export function named(a: Answer, { code, name }: Named): string {
  const known = a.localities.find((l) => l.code === code) ?? a.localities.flatMap((l) => l.candidates).find((c) => c.code === code);
  return known?.province ? `${name}, ${known.province}` : name;
}

/** More than one side is in question: who acts first has to be told before everything else. */
export const actingStandsOut = (a: Answer) =>
  a.verdict === "disputed" || a.verdict === "uncertain" || (a.act_first?.informed.length ?? 0) > 1;

/** Where the rule of acting first comes from. */
export function ruleOrigin(a: Answer, act: ActFirst): string {
  const agreement = a.agreements.find((g) => g.id === act.agreement);
  const rule = act.agreement === null ? t("ruleDefault") : t("ruleOfAgreement", { title: agreement ? say(agreement.title) : act.agreement });
  return `${rule} ${act.kind ? t("ruleForKind", { kind: word("kind", act.kind) }) : t("ruleForAll")}`;
}

/** Duties under their agreements, in the order they came. */
export function dutiesByAgreement(a: Answer): { title: string; in_force: Duty["in_force"]; duties: Duty[]; id: string }[] {
  const ids = [...new Set(a.duties.map((d) => d.agreement))];
  return ids.map((id) => {
    const duties = a.duties.filter((d) => d.agreement === id);
    const agreement = a.agreements.find((g) => g.id === id);
    return { id, title: agreement ? say(agreement.title) : id, in_force: duties[0]!.in_force, duties };
  });
}

/** The roles nobody has given data for, in one line; empty when there is none. */
export function rolesNotKnown(bodies: Body[]): string {
  const roles = bodies.filter((b) => !b.known).map((b) => word("bodyRole", b.role));
  return roles.length > 0 ? t("rolesNotKnown", { roles: list(roles) }) : "";
}

/** How far a body's area reaches over the point, where it is an area. */
export const bodyReach = (b: Body) =>
  [b.probability !== null && t("probability", { percent: percent(b.probability) }), b.distance_m !== null && b.distance_m > 0 && t("away", { distance: distance(b.distance_m) }), b.by_lineage && t("byLineage")]
    .filter(Boolean).join(" · ");

/** A sliver in one line: which unit on which map, how much land, how wide. Both maps alike, in the order of the data. */
export const sliverLine = (s: SliverProps) =>
  [`${unit(s.from_unit)} (${say(s.title_a)}) → ${unit(s.to_unit)} (${say(s.title_b)})`, hectares(s.area_m2), `${t("widestGap")}: ${distance(s.width_m)}`, s.noise && t("sliverNoise")]
    .filter(Boolean).join(" · ");

export const explanation = (a: Answer) => say(a.explanation);
