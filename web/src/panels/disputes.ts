// The disputes at the point. Both parties are drawn and written alike, in the order of the record.
import { el } from "../dom";
import { date } from "../format";
import { say, t, word } from "../i18n";
import type { Answer, Dispute, Party } from "../types";
import { partyThen, units, whereToDispute, zone } from "../words";
import { facts, part } from "./part";

export function disputesPart(a: Answer): HTMLElement | null {
  if (a.disputes.length === 0) return null;
  return part(t("disputes"), "disputes", ...a.disputes.map(dispute));
}

function dispute(d: Dispute): HTMLElement {
  const status = word("status", d.status);
  return el("article", { class: d.in_zone ? "dispute in-zone" : "dispute" },
    el("h4", {}, say(d.name)),
    el("p", { class: "where" }, whereToDispute(d)),
    el("h5", {}, t("parties")),
    el("ul", { class: "parties" }, ...d.parties.map(side)),
    d.became && el("p", { class: "became" }, say(d.became)),
    facts(
      [t("disputeStatus"), d.status_date ? t("since", { status, date: date(d.status_date) }) : status],
      [t("disputeLevel"), word("level", d.level)],
      [t("zone"), zone(d)]),
    d.note && say(d.note) && el("p", { class: "muted" }, say(d.note)));
}

function side(p: Party): HTMLElement {
  return el("li", {},
    el("p", {}, el("span", { class: "when" }, t("partyThen")), " ", partyThen(p)),
    el("p", {}, el("span", { class: "when" }, t("partyNow")), " ", el("strong", {}, units(p.now) || t("notKnown"))));
}
