// What the answer rests on.
import { el } from "../dom";
import { date, distance, orNotKnown } from "../format";
import { say, t } from "../i18n";
import type { Answer } from "../types";
import { facts, part } from "./part";

export function basisPart(a: Answer): HTMLElement | null {
  const b = a.basis;
  if (!b) return null;
  const sigma = (metres: number | null) => (metres === null ? t("notKnown") : t("sigma", { metres: distance(metres) }));
  return part(t("basis"), "basis",
    b.indicative && el("p", { class: "note" }, `${t("indicative")}. ${t("indicativeDetail")}`),
    facts(
      [t("answerDate"), date(a.at)],
      [t("dataset"), `${say(b.title)} (${b.dataset})`],
      [t("publisher"), orNotKnown(b.publisher)],
      [t("sourceDate"), b.date ? date(b.date) : t("notKnown")],
      [t("lineAccuracy"), sigma(b.line_accuracy_m)],
      [t("gpsSigma"), b.gps_assumed ? `${sigma(b.gps_sigma_m)} (${t("assumed")})` : sigma(b.gps_sigma_m)],
      [t("legalAct"), orNotKnown(b.legal_act)],
      [t("licence"), orNotKnown(b.licence)]),
    el("p", { class: "muted" }, t("disclaimer")));
}
