// A file comes in: what the server understands of it is shown first, then, when that is asked for, it is taken in.
import * as api from "../api";
import { el } from "../dom";
import { lang, say, t, word } from "../i18n";
import type { Status, Understood } from "../types";
import { dropzone } from "./dropzone";

/** What a file is taken as; boundaries come in at the machine itself. */
const KINDS = ["incidents", "claims", "role-areas", "bodies"] as const;
const ACCEPT = ".geojson,.json,.geojsons,.gpkg,.parquet,.zip,.kml,.kmz,.gpx,.csv,.xlsx,.mif";
/** Rows that were not understood, and notes: so many are shown. */
const SHOWN = 20;

export function importPart(status: Status | null): HTMLElement {
  const said = el("p", { role: "status", id: "importsaid" });
  const report = el("div", { id: "imported" });
  const kind = el("select", { name: "importas" }, ...KINDS.map((k) => el("option", { value: k }, word("as", k))));
  const crs = el("select", { name: "importcrs" }, el("option", { value: "" }, t("dataCrsOfFile")), ...(status?.crs ?? []).map(({ code, name }) => el("option", { value: code }, say(name))));
  const basis = el("input", { name: "importbasis", type: "text", autocomplete: "off" });

  async function send(file: File, write: boolean): Promise<void> {
    const asked = { as: kind.value, crs: crs.value || null, basis: basis.value.trim() || null };
    report.replaceChildren();
    said.textContent = t("asking");
    try {
      const understood = await api.importFile(file, asked, write, lang());
      said.textContent = write ? t("dataTaken", { count: understood.taken }) : t("dataUnderstood", { count: understood.matched, rows: understood.rows });
      report.replaceChildren(...shown(understood));
      if (!write && understood.matched > understood.known && understood.unmatched.length === 0) {
        report.append(el("button", { type: "button", class: "primary", id: "takein", onclick: () => void send(file, true) }, t("dataTakeIn")));
      }
    } catch (error) {
      said.textContent = t("dataRefused", { why: error instanceof api.Refused ? error.problem.detail : t("offlineTitle") });
    }
  }

  return el("section", {}, el("h2", {}, t("dataImport")),
    dropzone("import", t("dataChooseAny"), ACCEPT, (file) => void send(file, false),
      el("p", {}, t("dataImportHow")),
      el("label", { class: "field" }, el("span", {}, t("dataAs")), kind),
      el("label", { class: "field" }, el("span", {}, t("crs")), crs),
      el("label", { class: "field" }, el("span", {}, t("dataBasis")), basis),
      el("div", {}, said, report)));
}

function shown(u: Understood): HTMLElement[] {
  const row = (name: string, value: string) => el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, value));
  const used = new Set(u.mapping.map(([, column]) => column));
  const list = (items: string[]) => el("ul", {}, ...items.slice(0, SHOWN).map((text) => el("li", {}, text)), ...(items.length > SHOWN ? [el("li", {}, `… ${items.length}`)] : []));
  return [
    el("div", { class: "wide", tabindex: 0, role: "region", "aria-label": t("dataReport") }, el("table", {}, el("tbody", {},
      row(t("dataFile"), `${u.format}, ${u.layer}`),
      row(t("crs"), `${u.crs ?? t("notKnown")} (${u.crs_in_file})`),
      ...(u.encoding ? [row(t("dataEncoding"), u.encoding)] : []),
      row(t("dataColumns"), u.mapping.map(([field, column]) => `${field} ← ${column}`).join(", ")),
      row(t("dataUnused"), u.columns.filter((c) => !used.has(c)).join(", ")),
      row(t("dataKnown"), String(u.known)),
      row(t("dataUnmatched"), String(u.unmatched.length))))),
    ...(u.unmatched.length ? [list(u.unmatched)] : []),
    ...(u.notes.length ? [list(u.notes.map(say))] : []),
  ];
}
