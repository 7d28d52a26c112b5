// A question that got no answer: what went wrong, in place, and the way on.
import { Refused } from "../api";
import { el } from "../dom";
import { warning } from "../icons";
import { t } from "../i18n";

export function problem(error: unknown, onRetry: () => void): HTMLElement {
  const refused = error instanceof Refused;
  return el("div", { class: "verdict v-problem", "data-verdict": "problem" },
    el("p", { class: "verdict-kind" }, warning(), refused ? error.problem.title : t("offlineTitle")),
    el("p", {}, refused ? error.problem.detail : t("offlineDetail")),
    !refused && el("button", { type: "button", class: "plain", onclick: onRetry }, t("retry")));
}
