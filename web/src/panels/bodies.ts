// The roles beside the territory: each with what it rests on and since when; those without data in one quiet line.
import { el } from "../dom";
import { say, t } from "../i18n";
import type { Answer, Body } from "../types";
import { bodyReach, paper, period, rolesNotKnown } from "../words";
import { facts, part } from "./part";

export function bodiesPart(a: Answer): HTMLElement | null {
  if (a.bodies.length === 0) return null;
  const unknown = rolesNotKnown(a.bodies);
  return part(t("bodies"), "bodies",
    ...a.bodies.filter((b) => b.known).map(body),
    unknown && el("p", { class: "muted" }, unknown));
}

function body(b: Body): HTMLElement {
  const reach = bodyReach(b);
  return el("article", { class: "body" },
    el("p", {}, say(b)),
    reach && el("p", { class: "muted" }, reach),
    facts(
      [t("validity"), period(b.valid_from, b.valid_to)],
      [t("basisOf"), b.basis ? paper(b.basis) : t("notKnown")]));
}
