// The slivers a person has touched, beside the answer for the place: what two maps say, and nothing about either side.
import { el } from "../dom";
import { lang, say, t } from "../i18n";
import type { SliverProps } from "../types";
import { sliverLine } from "../words";
import { part } from "./part";

/** More than this many at one place is a heap nobody reads. */
export const MOST_AT_ONE_PLACE = 3;

/** The slivers among what the map gives for a place. */
export const sliversOf = (features: { getProperties(): object }[]): SliverProps[] =>
  features.map((f) => f.getProperties() as SliverProps & { role: string }).filter((p) => p.role === "sliver");

export function sliversPart(slivers: SliverProps[]): HTMLElement | null {
  if (slivers.length === 0) return null;
  const more = slivers.length - MOST_AT_ONE_PLACE;
  return part(t("sliversLayer"), "slivers",
    el("ul", { class: "plainlist" }, ...slivers.slice(0, MOST_AT_ONE_PLACE).map((s) => el("li", {}, sliverLine(s)))),
    more > 0 && el("p", { class: "muted" }, t("moreHere", { count: more })),
    el("p", { class: "muted" }, `${say(slivers[0]!.note)} `, el("a", { href: `./slivers?lang=${lang()}` }, t("sliversAll"))));
}
