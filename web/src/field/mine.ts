// Every report on this phone and where it stands.
import { el } from "../dom";
import { date } from "../format";
import { say, t, word } from "../i18n";
import { kindIcon } from "../kinds";
import * as kept from "./kept";
import type { Person, Report } from "./types";

export interface MineActions {
  onOpen(report: Report): void;
  onNew(): void;
  onSend(): void;
  onChanged(): void;
}

const name = (r: Report) => (r.kind ? word("kind", r.kind) : t("reportUntitled"));

export function mineScreen(reports: Report[], who: Person | null, act: MineActions): HTMLElement {
  return el("div", { class: "mine" },
    el("h2", {}, t("tabReports")),
    el("button", { type: "button", class: "primary big", id: "newreport", onclick: act.onNew }, t("reportNew")),
    reports.length === 0 ? el("p", { class: "muted" }, t("reportsNone")) : el("ul", { class: "queue" }, ...reports.map((r) => item(r, who, act))),
    reports.length > 0 && el("button", { type: "button", class: "plain big", onclick: () => save(reports) }, t("reportSaveFile")));
}

function item(r: Report, who: Person | null, act: MineActions): HTMLElement {
  const plain = (label: string, onclick: () => void) => el("button", { type: "button", class: "plain", onclick }, label);
  const again = async () => {
    const changed = await kept.changeReport(r.id, (x) => Object.assign(x, { state: "draft", refusal: null }));
    if (changed) act.onOpen(changed);
  };
  const forget = async () => {
    if (r.state !== "received" && !confirm(t("reportDeleteSure"))) return;
    await kept.dropReport(r.id);
    act.onChanged();
  };
  const sent = r.photos.filter((p) => p.sent).length;
  return el("li", { class: `queued q-${r.state}`, "data-state": r.state, "data-id": r.id },
    el("div", { class: "queued-head" }, r.kind && kindIcon(r.kind), el("strong", {}, name(r)), el("span", { class: "chip" }, word("outbox", r.state))),
    el("p", { class: "muted" }, [date(r.occurred.slice(0, 10)) + " " + r.occurred.slice(11), r.by, r.photos.length > 0 && t("photosSent", { sent, all: r.photos.length })].filter(Boolean).join(" · ")),
    r.state === "waiting" && el("p", {}, r.by !== who?.name ? (r.by ? t("waitingForSigning", { name: r.by }) : t("waitingForAnyone")) : t("waitingForNetwork")),
    r.refusal && el("p", { class: "alert" }, t("refusedWhy", { why: r.refusal })),
    r.receipt && el("p", {}, t("serverSays", { verdict: [word("verdict", r.receipt.verdict), r.receipt.localities.join(", ")].filter(Boolean).join(": ") })),
    r.receipt && r.receipt.differs.length > 0 && el("div", { class: "note" }, t("serverDiffers"), el("ul", {}, ...r.receipt.differs.map((d) => el("li", {}, say(d))))),
    el("div", { class: "row" },
      r.state === "draft" && el("button", { type: "button", class: "plain", "aria-label": t("reportOpen", { name: name(r) }), onclick: () => act.onOpen(r) }, t("reportOpen", { name: "" }).trim()),
      r.state === "waiting" && plain(t("sendNow"), act.onSend),
      r.state === "refused" && plain(t("reportBackToDraft"), () => void again()),
      (r.state === "received" || r.state === "refused") && plain(t("reportForget"), () => void forget())));
}

/** A way out of last resort: everything but the photos, as a file. */
function save(reports: Report[]): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(reports, null, 1)], { type: "application/json" }));
  const link = el("a", { href: url, download: `giapranh-${new Date().toISOString().slice(0, 10)}.json` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
