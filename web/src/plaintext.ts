// The answer as plain text, for a message to a colleague: everything that makes it checkable goes along.
import { coordinates, date, direction, distance, orNotKnown } from "./format";
import { say, t, word } from "./i18n";
import type { Answer, Named, SliverProps } from "./types";
import {
  actingStandsOut, bodyReach, claimFacts, claimsByParty, dutiesByAgreement, explanation, headline, localityFacts, localityName, localityPlace, named, paper, partyThen, period, rolesNotKnown, ruleOrigin, sliverLine, term, units,
  whereToDispute, zone,
} from "./words";

/** `picked`: the position was taken from the map or the device, not typed. `slivers`: those touched together with it. */
export function plainText(a: Answer, picked: boolean, link: string, slivers: SliverProps[] = []): string {
  const lines: string[] = ["giapranh"];
  const add = (line: string) => void lines.push(line);
  if (a.basis?.indicative) add(`! ${t("indicative")}: ${t("indicativeDetail")}`);
  add(`${t(`verdict.${a.verdict}`)}: ${headline(a)}`);
  if (a.reason) add(t(`reason.${a.reason}`));
  if (explanation(a)) add(explanation(a));
  add("");
  const p = a.position;
  if (p.lon !== null && p.lat !== null && a.verdict !== "ambiguous_position") {
    const grid = p.read_as && p.read_as.crs !== "EPSG:4326" ? ` · ${coordinates(p.lon, p.lat, p.read_as.crs)}` : "";
    add(`${t("positionRead")}: ${coordinates(p.lon, p.lat, null)}${grid}`);
  }
  add(`${picked ? t("picked") : t("asTyped", { text: p.as_typed })}${p.read_as ? ` · ${t("readAs", { crs: say(p.read_as.name) })}` : ""}`);
  add(p.accuracy_m === null ? t("accuracyUnknown") : t("accuracyKnown", { metres: distance(p.accuracy_m) }));
  for (const note of p.notes) add(say(note));
  for (const l of a.localities) add(`- ${localityName(l)} (${localityPlace(l)}): ${localityFacts(l)}${l.became.length ? ` · ${t("becameMark", { names: units(l.became) })}` : ""}`);
  if (a.act_first) {
    const names = (list: Named[]) => list.map((n) => named(a, n)).join("; ") || t("notKnown");
    const { informed, acts } = a.act_first;
    const whole = actingStandsOut(a);
    add(whole ? `${t("actFirst")}: ${t("informed")}: ${names(informed)} · ${t("acts")}: ${names(acts)}` : `${t("actFirst")}: ${say(a.act_first)}`);
    if (whole) add(`  ${say(a.act_first)} ${ruleOrigin(a, a.act_first)}`);
    else if (a.act_first.agreement) add(`  ${ruleOrigin(a, a.act_first)}`);
  }
  if (a.boundary) add(`${t("boundary")}: ${boundaryLine(a)}`);
  for (const d of a.disputes) {
    add(`${t("disputes")}: ${say(d.name)} · ${word("status", d.status)} · ${whereToDispute(d)} · ${zone(d)}`);
    for (const { party, claims } of claimsByParty(d)) {
      add(`  - ${partyThen(party)} → ${units(party.now) || t("notKnown")}: ${claims.length === 0 ? t("claimNone") : ""}`.replace(/: $/, ""));
      for (const c of claims) add(`    · ${claimFacts(c)} · ${paper(c.document)}`);
    }
  }
  for (const { title, in_force, duties } of dutiesByAgreement(a)) {
    add(`${t("duties")}: ${title}${in_force === "not_known" ? ` (${t("dutyNotKnown")})` : ""}`);
    for (const d of duties) add(`  - ${word("duty", d.duty)}: ${say(d.text)}`);
  }
  for (const g of a.agreements) {
    const signed = g.signed ? date(g.signed) : t("signedNotKnown");
    add(`${t("agreements")}: ${say(g.title)} · ${t("signed")}: ${signed} · ${word("in_force", g.in_force)} · ${t("term")}: ${term(g)}`);
    for (const o of g.obligations) add(`  - ${say(o)}`);
  }
  if (a.datasets_disagree) {
    add(`${t("mapsDiffer")}:`);
    for (const r of a.readings) add(`  - ${say(r.title)}: ${r.name ?? t("mapOutside")}`);
  }
  for (const s of slivers) add(`${t("sliversLayer")}: ${sliverLine(s)}`);
  if (slivers[0]) add(`  ${say(slivers[0].note)}`);
  for (const b of a.bodies.filter((b) => b.known)) {
    add([say(b), bodyReach(b), `${t("validity")}: ${period(b.valid_from, b.valid_to)}`, `${t("basisOf")}: ${b.basis ? paper(b.basis) : t("notKnown")}`].filter(Boolean).join(" · "));
  }
  if (rolesNotKnown(a.bodies)) add(rolesNotKnown(a.bodies));
  add("");
  add(`${t("answerDate")}: ${date(a.at)}`);
  if (a.basis) {
    const b = a.basis;
    add(`${t("basis")}: ${say(b.title)} (${b.dataset}) · ${t("publisher")}: ${orNotKnown(b.publisher)} · ${t("sourceDate")}: ${b.date ? date(b.date) : t("notKnown")}`
      + ` · ${t("lineAccuracy")}: ${b.line_accuracy_m === null ? t("notKnown") : t("sigma", { metres: distance(b.line_accuracy_m) })}`
      + ` · ${t("legalAct")}: ${orNotKnown(b.legal_act)} · ${t("licence")}: ${orNotKnown(b.licence)}`);
  }
  add(t("disclaimer"));
  add(link);
  return lines.join("\n");
}

/** Distance and direction to the nearest boundary and the unit behind it, in one line. */
export function boundaryLine(a: Answer): string {
  const b = a.boundary;
  if (!b) return t("notKnown");
  const way = b.bearing_deg === null || b.distance_m < 0.5
    ? t("boundaryOn")
    : t("boundaryAway", { distance: distance(b.distance_m), direction: direction(b.bearing_deg) });
  const far = b.between[1];
  return `${way}. ${far ? t("boundaryOther", { name: far.name }) : t("boundaryOutside")}`;
}
