// The form in which a party's claim is filed. It is built once for a dispute and a language, and keeps what is typed in
// the draft, so that nothing is lost on a refusal or a change of language.
import { el } from "../dom";
import type { Draft, Field, How } from "../draft";
import { claimSwatch, closeIcon } from "../icons";
import { say, t, type Key } from "../i18n";
import type { Dispute, Status } from "../types";
import { partyThen, units } from "../words";
import { dossierAddress } from "./disputes";

export interface ClaimForm {
  node: HTMLFormElement;
  drawButton: HTMLButtonElement;
  /** What stands below "draw" or "upload": how much is drawn, which file, or what is wrong with it. */
  shapeNote(text: string, wrong: boolean): void;
  faults(list: [Field, Key][]): void;
  busy(on: boolean): void;
  /** Refusals and successes, told as they come. */
  result: HTMLElement;
}

export interface ClaimFormEvents {
  onSubmit(): void;
  onClose(): void;
  onHow(how: How): void;
  onDraw(): void;
  onFile(file: File): void;
  onCrs(): void;
}

export function claimForm(d: Dispute, at: string, draft: Draft, status: Status | null, on: ClaimFormEvents): ClaimForm {
  const typed = (name: "filed" | "scale" | "title" | "number" | "dated" | "by") => (event: Event) => void (draft[name] = (event.target as HTMLInputElement).value);
  const errorOf = (name: Field) => el("span", { class: "error", id: `error-${name}`, "data-error": name });
  const row = (label: string, control: HTMLElement, name?: Field) => el("label", { class: "field" }, el("span", {}, label), control, name && errorOf(name));
  const input = (name: "filed" | "scale" | "title" | "number" | "dated" | "by", type: string, more: Record<string, string | number | boolean> = {}) =>
    el("input", { name, type, value: draft[name], oninput: typed(name), "aria-describedby": `error-${name}`, ...more });

  const shapeNote = el("p", { class: "shapenote", role: "status" });
  const drawButton = el("button", { type: "button", class: "plain", "data-act": "draw", onclick: on.onDraw }, t("drawStart"));
  const fileInput = el("input", { type: "file", name: "geojson", accept: ".geojson,.json,application/geo+json,application/json", "aria-describedby": "error-shape" });
  fileInput.addEventListener("change", () => fileInput.files?.[0] && on.onFile(fileInput.files[0]));
  const crs = el("select", { name: "claimcrs", onchange: (event) => { draft.crs = (event.target as HTMLSelectElement).value || null; on.onCrs(); } },
    el("option", { value: "" }, t("crsOfFile")),
    ...(status?.crs ?? []).map(({ code, name }) => el("option", { value: code, selected: code === draft.crs }, `${say(name)} · ${code}`)));
  const forFile = el("div", { class: "stack" }, row(t("geojsonFile"), fileInput), row(t("crs"), crs));
  const paperInput = el("input", { type: "file", name: "paper" });
  const paperNote = el("span", { class: "muted" }, draft.paper ? t("fileChosen", { name: draft.paper.name }) : "");
  paperInput.addEventListener("change", () => {
    draft.paper = paperInput.files?.[0] ?? null;
    paperNote.textContent = "";
  });

  const showHow = () => {
    drawButton.hidden = draft.how === "file";
    forFile.hidden = draft.how !== "file";
  };
  const choice = (name: string, value: string, checked: boolean, onPick: () => void, ...label: (Node | string)[]) =>
    el("label", { class: "radio" }, el("input", { type: "radio", name, value, checked, onchange: onPick, "aria-describedby": `error-${name === "how" ? "shape" : name}` }), el("span", {}, ...label));
  const how = (value: How, text: string) => choice("how", value, draft.how === value, () => { draft.how = value; showHow(); on.onHow(value); }, text);
  showHow();

  const submit = el("button", { type: "submit", class: "primary" }, t("claimSubmit"));
  const summary = el("p", { class: "error", role: "alert" });
  const result = el("div", { class: "claimresult", "aria-live": "assertive" });
  const form = el("form", { class: "claimform", novalidate: true, "aria-labelledby": "claimtitle" },
    el("div", { class: "claimhead" },
      el("h2", { id: "claimtitle", tabindex: -1 }, t("fileClaim")),
      el("button", { type: "button", class: "close", "aria-label": t("close"), title: t("close"), onclick: on.onClose }, closeIcon())),
    el("p", {}, el("strong", {}, say(d.name)), " · ", el("a", { href: dossierAddress(d.id, at), target: "_blank" }, t("dossier"))),
    el("p", { class: "muted" }, t("claimIntro")),
    el("fieldset", {}, el("legend", {}, t("claimParty")),
      ...d.parties.map((p, index) => choice("party", String(index), draft.party === index, () => void (draft.party = index),
        claimSwatch(index), el("strong", {}, partyThen(p)), el("br"), `${t("partyNow")}: ${units(p.now) || t("notKnown")}`)),
      errorOf("party")),
    el("fieldset", {}, el("legend", {}, t("claimShape")),
      how("line", t("howLine")), how("land", t("howLand")), how("file", t("howFile")),
      drawButton, forFile, shapeNote, errorOf("shape")),
    el("div", { class: "pair" },
      row(t("claimDate"), input("filed", "date", status ? { max: status.today } : {}), "filed"),
      row(t("scale"), input("scale", "text", { inputmode: "numeric", placeholder: "1:10 000", autocomplete: "off" }), "scale")),
    el("p", { class: "hint" }, t("claimDateHint")),
    el("fieldset", {}, el("legend", {}, t("document")),
      row(t("documentTitle"), input("title", "text", { maxlength: 500 }), "title"),
      el("div", { class: "pair" }, row(t("documentNumber"), input("number", "text", { maxlength: 100 })), row(t("documentDate"), input("dated", "date"))),
      row(t("documentFile"), paperInput), paperNote),
    row(t("enteredBy"), input("by", "text", { maxlength: 200, autocomplete: "name" }), "by"),
    summary, result,
    el("div", { class: "row" }, submit, el("button", { type: "button", class: "plain", onclick: on.onClose }, t("close"))));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    on.onSubmit();
  });

  return {
    node: form,
    drawButton,
    result,
    shapeNote(text, wrong) {
      shapeNote.textContent = text;
      shapeNote.classList.toggle("error", wrong);
    },
    faults(list) {
      const said = new Map(list);
      for (const place of form.querySelectorAll<HTMLElement>("[data-error]")) {
        const key = said.get(place.dataset["error"] as Field);
        place.textContent = key ? t(key) : "";
        for (const control of form.querySelectorAll(`[aria-describedby="${place.id}"]`)) control.setAttribute("aria-invalid", String(Boolean(key)));
      }
      summary.textContent = list.length > 0 ? t("mendFirst", { count: list.length }) : "";
      const first = list[0] && form.querySelector<HTMLElement>(`[aria-describedby="error-${list[0][0]}"]`);
      first?.focus();
    },
    busy(on) {
      submit.disabled = on;
      submit.textContent = t(on ? "claimSending" : "claimSubmit");
      form.setAttribute("aria-busy", String(on));
    },
  };
}
