// Filter a layer, see the query and the first features, download all of them.
import * as api from "../api";
import { el } from "../dom";
import { lang, t, word } from "../i18n";
import type { Collection, Schema } from "../types";
import { OPERATORS, question, type Operator, type Wanted } from "./query";

/** Features shown; all of them are for downloading. */
const SHOWN = 20;

export function filterPart(collections: Collection[]): HTMLElement {
  const wanted: Wanted = { collection: collections[0]?.id ?? "", field: "", type: "string", format: null, operator: "eq", value: "", day: "", box: "" };
  let schema: Schema | null = null;
  const fields = el("select", { name: "field" });
  const address = el("code", { class: "address", id: "query" });
  const downloads = el("p", { class: "row", id: "downloads" });
  const said = el("p", { role: "status", id: "found" });
  const table = el("div", { class: "wide", tabindex: 0, role: "region", "aria-labelledby": "found" });

  const update = () => {
    address.textContent = new URL(question(wanted), document.baseURI).href;
    const links = collections.find((c) => c.id === wanted.collection)?.links.filter((l) => l.rel === "enclosure") ?? [];
    downloads.replaceChildren(t("dataDownload"), ...links.map((l) => el("a", { class: "plain", href: question(wanted, { f: new URL(l.href).searchParams.get("f")! }), download: "" }, l.title)));
  };
  const input = (name: string, type: string, label: string, set: (value: string) => void) => {
    const control = el("input", { name, type, autocomplete: "off" });
    control.addEventListener("input", () => {
      set(control.value);
      update();
    });
    return el("label", { class: "field" }, el("span", {}, label), control);
  };
  const select = (name: string, label: string, options: [string, string][], set: (value: string) => void) =>
    el("label", { class: "field" }, el("span", {}, label),
      el("select", { name, onchange: (e) => { set((e.target as HTMLSelectElement).value); update(); } }, ...options.map(([value, text]) => el("option", { value }, text))));

  async function choose(id: string): Promise<void> {
    wanted.collection = id;
    wanted.field = "";
    schema = await api.queryables(id, lang()).catch(() => null);
    const names = Object.entries(schema?.properties ?? {}).filter(([, p]) => p.type);
    fields.replaceChildren(el("option", { value: "" }, t("dataAnyField")), ...names.map(([name, p]) => el("option", { value: name }, `${name} – ${p.title ?? name}`)));
    update();
  }
  fields.addEventListener("change", () => {
    const property = schema?.properties[fields.value];
    Object.assign(wanted, { field: fields.value, type: property?.type ?? "string", format: property?.format ?? null });
    update();
  });

  async function look(): Promise<void> {
    said.textContent = t("asking");
    table.replaceChildren();
    try {
      const page = await api.items(question(wanted, { limit: String(SHOWN) }), lang());
      const names = [...new Set(page.features.flatMap((f) => Object.keys(f.properties)))];
      said.textContent = t("dataFound", { count: page.numberMatched ?? page.features.length, shown: page.features.length });
      table.replaceChildren(el("table", {},
        el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "id"), ...names.map((n) => el("th", { scope: "col" }, n)))),
        el("tbody", {}, ...page.features.map((f) => el("tr", {}, el("td", {}, String(f.id)), ...names.map((n) => el("td", {}, cell(f.properties[n]))))))));
    } catch (error) {
      said.textContent = t("dataFailed", { why: error instanceof api.Refused ? error.problem.detail : t("offlineTitle") });
    }
  }

  const form = el("form", { class: "filterform", novalidate: true },
    select("collection", t("dataLayer"), collections.map((c) => [c.id, c.title]), (id) => void choose(id)),
    el("label", { class: "field" }, el("span", {}, t("dataField")), fields),
    select("operator", t("dataOperator"), OPERATORS.map((o) => [o, word("op", o)]), (o) => (wanted.operator = o as Operator)),
    input("value", "text", t("dataValue"), (v) => (wanted.value = v)),
    input("day", "date", t("dataDay"), (v) => (wanted.day = v)),
    input("box", "text", t("dataBox"), (v) => (wanted.box = v)),
    el("button", { type: "submit", class: "primary" }, t("dataLook")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void look();
  });
  void choose(wanted.collection);
  return el("section", {}, el("h2", {}, t("dataFilter")), form, el("h3", {}, t("dataQuery")), address, downloads, said, table);
}

const cell = (value: unknown): string => (value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value));
