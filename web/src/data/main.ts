// Starts the page for people who work with data.
import "../styles/fonts.css";
import "../styles/base.css";
import "../styles/form.css";
import "../styles/answer.css";
import "../styles/data.css";
import * as api from "../api";
import { byId, el } from "../dom";
import { date } from "../format";
import { applyTo, lang, langButtons, say, setLang, t } from "../i18n";
import { themeChoice } from "../theme";
import { renderBanner } from "../panels/banner";
import { initialLang, rememberLang } from "../prefs";
import type { Collection, Status } from "../types";
import { attributePart } from "./attribute";
import { filterPart } from "./filter";
import { importPart } from "./import";

let status: Status | null = null;
let collections: Collection[] = [];

function layersPart(): HTMLElement {
  const counts = new Map<string, HTMLElement>();
  const rows = collections.map((c) => {
    const count = el("td", { class: "n" }, "…");
    counts.set(c.id, count);
    void api.items(`ogc/collections/${c.id}/items?limit=1`, lang()).then(
      (page) => (count.textContent = String(page.numberMatched ?? "?")),
      () => (count.textContent = "–"));
    return el("tr", {}, el("th", { scope: "row" }, c.title, el("p", { class: "muted" }, c.description)), count,
      el("td", {}, c.attribution, el("p", { class: "muted" }, c.license)));
  });
  return el("section", {}, el("h2", {}, t("dataLayers")),
    el("div", { class: "wide", tabindex: 0, role: "region", "aria-label": t("dataLayers") }, el("table", { id: "layers" },
      el("thead", {}, el("tr", {}, ...[t("dataLayer"), t("dataCount"), t("dataSource")].map((h) => el("th", { scope: "col" }, h)))),
      el("tbody", {}, ...rows))));
}

function datasetsPart(): HTMLElement {
  return el("section", {}, el("h2", {}, t("dataDatasets")),
    el("div", { class: "wide", tabindex: 0, role: "region", "aria-label": t("dataDatasets") }, el("table", { id: "datasets" },
      el("thead", {}, el("tr", {}, ...[t("dataLayer"), t("dataCount"), t("dataDate"), t("dataAccuracy"), t("dataSource")].map((h) => el("th", { scope: "col" }, h)))),
      el("tbody", {}, ...(status?.datasets ?? []).map((d) => el("tr", {},
        el("th", { scope: "row" }, say(d.title), el("p", { class: "muted" }, t("dataValid", { from: date(d.valid_from) }))),
        el("td", { class: "n" }, t("dataUnits", { count: d.units })),
        el("td", {}, d.date ?? t("notKnown")),
        el("td", {}, `${d.line_accuracy_m} m`, el("p", { class: "muted" }, say(d.line_accuracy_basis))),
        el("td", {}, d.publisher, el("p", { class: "muted" }, d.licence))))))));
}

function qgisPart(): HTMLElement {
  const address = new URL("ogc", document.baseURI).href;
  return el("section", {}, el("h2", {}, t("dataQgis")), el("p", {}, t("dataQgisHow")), el("code", { class: "address", id: "ogc" }, address),
    el("code", { class: "address" }, `ogrinfo OAPIF:${address}`), el("p", { class: "muted" }, t("dataQgisToken"), " ", el("a", { href: `./account?lang=${lang()}` }, t("tabMe"))));
}

function render(): void {
  applyTo(document);
  document.title = `giapranh – ${t("dataTitle")}`;
  renderBanner(byId("banner"), byId("foot"), status);
  byId("data").replaceChildren(layersPart(), datasetsPart(), filterPart(collections), attributePart(status), importPart(status), qgisPart(), el("section", {}, themeChoice()));
}

async function load(): Promise<void> {
  try {
    [status, { collections }] = await Promise.all([api.status(lang()), api.collections(lang())]);
    render();
  } catch (error) {
    byId("data").replaceChildren(el("p", { role: "alert" }, t("dataFailed", { why: error instanceof api.Refused ? error.problem.detail : t("offlineTitle") })));
  }
}

setLang(initialLang());
langButtons((next) => {
  setLang(next);
  rememberLang(next);
  void load();
});
void load();
