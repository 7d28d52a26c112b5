// The agreements that bind at the point: signed or not, in force or not, and who answers for them now.
import { el } from "../dom";
import { date } from "../format";
import { lang, say, t, word } from "../i18n";
import type { Agreement, Answer } from "../types";
import { term, unit, units } from "../words";
import { facts, part } from "./part";

export function agreementsPart(a: Answer): HTMLElement | null {
  if (a.agreements.length === 0 && (a.verdict === "not_known" || a.verdict === "none")) return null;
  if (a.agreements.length === 0) return part(t("agreements"), "agreements", el("p", { class: "muted" }, t("noAgreement")));
  return part(t("agreements"), "agreements", ...a.agreements.map(agreement));
}

/** The page of an agreement, with its documents and who answers for it. */
export const agreementAddress = (id: string) => `./agreements/${encodeURIComponent(id)}?lang=${lang()}`;

function agreement(g: Agreement): HTMLElement {
  return el("article", { class: "agreement" },
    el("h4", {}, say(g.title)),
    facts(
      [t("inForce"), el("strong", {}, word("in_force", g.in_force))],
      [t("signed"), g.signed ? date(g.signed) : t("signedNotKnown")],
      [t("term"), term(g)],
      [t("partyThen"), el("ul", { class: "plainlist" }, ...g.parties_then.map((p) => el("li", {}, `${unit(p)} (${word("party", p.role)})`)))],
      g.parties_now.length > 0 ? [t("answersNow"), units(g.parties_now)] : null),
    g.obligations.length > 0 && el("details", {}, el("summary", {}, t("obligations")),
      el("ul", { class: "obligations" }, ...g.obligations.map((o) => el("li", {}, say(o))))),
    g.note && say(g.note) && el("p", { class: "muted" }, say(g.note)),
    el("div", { class: "row" }, el("a", { class: "plain", href: agreementAddress(g.id) }, t("agreementPage"))));
}
