// What to do now: who acts before the line is settled, and what the agreements ask for.
import { el } from "../dom";
import { say, t, word } from "../i18n";
import type { Answer, Named } from "../types";
import { actingStandsOut, dutiesByAgreement, named, ruleOrigin } from "../words";
import { agreementAddress } from "./agreements";
import { facts, part } from "./part";

/** Where the line is in question the part stands out: there is no time to settle it first. Elsewhere one line does. */
export function actFirstPart(a: Answer): HTMLElement | null {
  const act = a.act_first;
  if (!act) return null;
  const names = (list: Named[]) =>
    list.length === 0 ? t("notKnown") : el("ul", { class: "plainlist" }, ...list.map((n) => el("li", {}, el("strong", {}, named(a, n)))));
  const whole = actingStandsOut(a);
  const section = part(t("actFirst"), "acting",
    whole && facts([t("informed"), names(act.informed)], [t("acts"), names(act.acts)]),
    el("p", {}, say(act)),
    (whole || act.agreement) && el("p", { class: "muted" }, ruleOrigin(a, act),
      act.agreement && " ", act.agreement && el("a", { href: agreementAddress(act.agreement) }, t("agreementPage"))));
  section.classList.toggle("urgent", whole);
  return section;
}

export function dutiesPart(a: Answer): HTMLElement | null {
  if (a.duties.length === 0) return null;
  return part(t("duties"), "duties", ...dutiesByAgreement(a).map(({ id, title, in_force, duties }) =>
    el("article", { class: "duty" },
      el("h4", {}, el("a", { href: agreementAddress(id) }, title)),
      in_force === "not_known" && el("p", { class: "note" }, t("dutyNotKnown")),
      el("ul", { class: "plainlist" }, ...duties.map((d) => el("li", {}, el("strong", {}, `${word("duty", d.duty)}: `), say(d.text)))))));
}
