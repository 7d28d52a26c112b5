// What to do now: who acts before the line is settled, and what the agreements ask for.
import { el } from "../dom";
import { say, t, word } from "../i18n";
import type { Answer, Named } from "../types";
import { dutiesByAgreement, named, ruleOrigin } from "../words";
import { facts, part } from "./part";

/** Where more than one has to be informed the part stands out: there is no time to settle the line first. */
export function actFirstPart(a: Answer): HTMLElement | null {
  const act = a.act_first;
  if (!act) return null;
  const names = (list: Named[]) =>
    list.length === 0 ? t("notKnown") : el("ul", { class: "plainlist" }, ...list.map((n) => el("li", {}, el("strong", {}, named(a, n)))));
  const several = act.informed.length > 1;
  const section = part(t("actFirst"), "acting",
    several && facts([t("informed"), names(act.informed)], [t("acts"), names(act.acts)]),
    el("p", {}, say(act)),
    several && el("p", { class: "muted" }, ruleOrigin(a, act)));
  section.classList.toggle("urgent", several);
  return section;
}

export function dutiesPart(a: Answer): HTMLElement | null {
  if (a.duties.length === 0) return null;
  return part(t("duties"), "duties", ...dutiesByAgreement(a).map(({ title, in_force, duties }) =>
    el("article", { class: "duty" },
      el("h4", {}, title),
      in_force === "not_known" && el("p", { class: "note" }, t("dutyNotKnown")),
      el("ul", { class: "plainlist" }, ...duties.map((d) => el("li", {}, el("strong", {}, `${word("duty", d.duty)}: `), say(d.text)))))));
}
