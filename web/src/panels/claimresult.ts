// What became of a filed claim: taken, or refused with the place of every fault.
import { Refused } from "../api";
import { el } from "../dom";
import { warning } from "../icons";
import { date } from "../format";
import { say, t } from "../i18n";
import type { Dispute, Made, ZoneProps } from "../types";
import { zone } from "../words";
import { dossierAddress } from "./disputes";

/** `onFault`: brings the place of the fault with this index into sight. */
export function refusal(error: unknown, onFault: (index: number) => void): HTMLElement {
  if (!(error instanceof Refused)) {
    return el("div", { class: "verdict v-problem" },
      el("p", { class: "verdict-kind" }, warning(), t("offlineTitle")), el("p", {}, t("claimNotSent")));
  }
  const { title, detail, faults = [] } = error.problem;
  return el("div", { class: "verdict v-problem" },
    el("p", { class: "verdict-kind" }, warning(), title),
    faults.length === 0 && el("p", {}, detail),
    faults.length > 0 && el("ol", { class: "faults" }, ...faults.map((fault, index) =>
      el("li", {}, say(fault), " ", fault.lon !== null && el("button", { type: "button", class: "plain", "data-fault": index, onclick: () => onFault(index) }, t("showFault"))))),
    el("p", { class: "muted" }, t("claimKept")));
}

export interface Taken { made: Made; dispute: Dispute; filed: string; at: string; zone: ZoneProps | null }

export function taken({ made, dispute, filed, at, zone: now }: Taken, onAnother: () => void, onClose: () => void): HTMLElement {
  const later = filed > at;
  return el("div", { class: "claimdone" },
    el("div", { class: "verdict v-sole", role: "status" },
      el("h2", { tabindex: -1 }, t("claimTaken")),
      el("p", {}, el("strong", {}, say(dispute.name)), ": ", later ? t("claimLater", { filed: date(filed), at: date(at) }) : now ? `${t("claimZone")} ${zone(now)}.` : t("claimZoneNone")),
      ...made.notes.map((note) => el("p", {}, say(note)))),
    el("div", { class: "row" },
      el("button", { type: "button", class: "primary", onclick: onClose }, t("claimBack")),
      el("button", { type: "button", class: "plain", onclick: onAnother }, t("claimAnother")),
      el("a", { class: "plain", href: dossierAddress(dispute.id, later ? filed : at) }, t("dossier"))));
}
