// The whole answer, in the order a person needs it: verdict, what to do about the position, whose, how near, why, on what basis.
import { el } from "../dom";
import { canShare, copy, share } from "../clipboard";
import { copyIcon, linkIcon, shareIcon, verdictIcon, warning } from "../icons";
import { t } from "../i18n";
import { plainText } from "../plaintext";
import type { Answer, Dispute, Reading, SliverProps } from "../types";
import { explanation, headline } from "../words";
import { actFirstPart, dutiesPart } from "./acting";
import { agreementsPart } from "./agreements";
import { basisPart } from "./basis";
import { bodiesPart } from "./bodies";
import { boundaryPart, localitiesPart } from "./localities";
import { disputesPart } from "./disputes";
import { mapsDifferPart, positionPart, readingsPart } from "./readings";
import { sliversPart } from "./slivers";

export interface AnswerParts { verdict: HTMLElement; rest: HTMLElement[] }

export interface AnswerActions {
  onReading(reading: Reading): void;
  /** Null where claims cannot be filed. */
  onClaim: ((dispute: Dispute) => void) | null;
}

/** The verdict goes into the live region, the rest below it. `slivers`: those touched together with the place. */
export function answerParts(a: Answer, picked: boolean, slivers: SliverProps[], { onReading, onClaim }: AnswerActions): AnswerParts {
  const verdict = el("div", { class: `verdict v-${a.verdict}`, "data-verdict": a.verdict },
    el("p", { class: "verdict-kind" }, verdictIcon(a.verdict), t(`verdict.${a.verdict}`)),
    el("h2", {}, headline(a)),
    a.basis?.indicative && el("p", { class: "tag" }, warning(), t("indicative")),
    a.reason && el("p", {}, t(`reason.${a.reason}`)),
    explanation(a) && el("p", {}, explanation(a)));
  const open = a.verdict === "ambiguous_position";
  const unsettled = a.verdict === "disputed" || a.verdict === "uncertain";
  const rest = [
    open ? readingsPart(a, onReading) : null,
    unsettled ? actFirstPart(a) : null,
    actions(a, picked, slivers),
    positionPart(a, picked),
    localitiesPart(a),
    boundaryPart(a),
    unsettled ? null : actFirstPart(a),
    disputesPart(a, onClaim),
    dutiesPart(a),
    open ? null : agreementsPart(a),
    mapsDifferPart(a),
    sliversPart(slivers),
    open ? null : readingsPart(a, onReading),
    bodiesPart(a),
    basisPart(a),
  ];
  return { verdict, rest: rest.filter((part) => part !== null) };
}

function actions(a: Answer, picked: boolean, slivers: SliverProps[]): HTMLElement {
  const out = el("div", { class: "copied", role: "status" });
  const button = (icon: SVGElement, label: string, text: () => string) =>
    el("button", { type: "button", class: "plain", onclick: () => void put(text()) }, icon, label);
  async function put(text: string) {
    if (await copy(text)) return out.replaceChildren(t("copied"));
    const area = el("textarea", { readonly: true, rows: 8, "aria-label": t("copyByHand") });
    area.value = text;
    out.replaceChildren(t("copyByHand"), area);
    area.select();
  }
  return el("div", { class: "actions" },
    button(copyIcon(), t("copyAnswer"), () => plainText(a, picked, location.href, slivers)),
    button(linkIcon(), t("copyLink"), () => location.href),
    canShare() && el("button", { type: "button", class: "plain", onclick: () => void share(plainText(a, picked, location.href, slivers), location.href) }, shareIcon(), t("share")),
    out);
}
