// The disputes at the point. Both parties are drawn and written alike, in the order of the record.
import { el } from "../dom";
import { date } from "../format";
import { lang, say, t, word } from "../i18n";
import { claimSwatch } from "../icons";
import type { Answer, Claim, Dispute, Party } from "../types";
import { claimFacts, claimsByParty, paper, partyThen, units, whereToDispute, zone } from "../words";
import { facts, part } from "./part";

export function disputesPart(a: Answer, onClaim: ((dispute: Dispute) => void) | null): HTMLElement | null {
  if (a.disputes.length === 0) return null;
  return part(t("disputes"), "disputes", ...a.disputes.map((d) => dispute(d, a.at, onClaim)));
}

/** The page of a dispute at a date, with everything that is on record. */
export const dossierAddress = (id: string, at: string) => `./disputes/${encodeURIComponent(id)}?at=${at}&lang=${lang()}`;

function dispute(d: Dispute, at: string, onClaim: ((dispute: Dispute) => void) | null): HTMLElement {
  const status = word("status", d.status);
  return el("article", { class: d.in_zone ? "dispute in-zone" : "dispute" },
    el("h4", {}, say(d.name)),
    el("p", { class: "where" }, whereToDispute(d)),
    el("h5", {}, t("parties")),
    el("ul", { class: "parties" }, ...claimsByParty(d).map(({ party, index, claims }) => side(party, index, claims))),
    d.became && el("p", { class: "became" }, say(d.became)),
    facts(
      [t("disputeStatus"), d.status_date ? t("since", { status, date: date(d.status_date) }) : status],
      [t("disputeLevel"), word("level", d.level)],
      [t("zone"), zone(d)]),
    d.note && say(d.note) && el("p", { class: "muted" }, say(d.note)),
    el("div", { class: "row dispute-actions" },
      el("a", { class: "plain", href: dossierAddress(d.id, at) }, t("dossier")),
      onClaim && el("button", { type: "button", class: "plain", "data-claim": d.id, onclick: () => onClaim(d) }, t("fileClaim"))));
}

function side(p: Party, index: number, claims: Claim[]): HTMLElement {
  return el("li", {},
    el("p", {}, el("span", { class: "when" }, t("partyThen")), " ", partyThen(p)),
    el("p", {}, el("span", { class: "when" }, t("partyNow")), " ", el("strong", {}, units(p.now) || t("notKnown"))),
    ...claims.map((c) => el("p", { class: "claim" }, claimSwatch(index), el("span", {}, claimFacts(c), el("br"), el("span", { class: "muted" }, paper(c.document))))),
    claims.length === 0 && el("p", { class: "muted" }, t("claimNone")));
}
