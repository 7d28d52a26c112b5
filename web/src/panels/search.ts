// The form: position, system, accuracy, date, and the examples. Usable without the map.
import { byId, el } from "../dom";
import { currentFix, type NoFix } from "../geolocation";
import { target } from "../icons";
import { say, t, word } from "../i18n";
import { INCIDENT_KINDS, type Ask, type Reading, type Status } from "../types";
import { examples, type Example } from "./examples";

export interface Search {
  /** Draws the form in the language shown, keeping what is typed. */
  render(status: Status | null, hotspot: Example | null): void;
  /** Puts a question into the fields. */
  fill(ask: Ask): void;
  crs(): string | null;
  at(): string | null;
  setAt(at: string): void;
  kind(): Ask["kind"];
  /** A picked point with the accuracy and date of the form. */
  withOptions(point: { lon: number; lat: number }): Ask;
}

export function search(form: HTMLFormElement, onAsk: (ask: Ask) => void, onCrs: () => void, onDate: () => void, onKind: () => void): Search {
  let values: Ask = { q: null, point: null, crs: null, accuracy_m: null, at: null, kind: null };
  let known: Status | null = null;
  let extra: Reading | null = null;

  const input = (name: string) => form.elements.namedItem(name) as HTMLInputElement | HTMLSelectElement | null;
  const text = (name: string) => input(name)?.value.trim() ?? "";
  const hint = (message: string) => void (byId("askhint").textContent = message);

  const kind = () => INCIDENT_KINDS.find((known) => known === text("kind")) ?? null;

  function collect(): Ask {
    const accuracy = Number(text("accuracy").replace(",", "."));
    return { q: text("q") || null, point: null, crs: text("crs") || null, accuracy_m: accuracy > 0 ? accuracy : null, at: text("at") || null, kind: kind() };
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const ask = collect();
    if (!ask.q) {
      hint(t("positionMissing"));
      input("q")?.focus();
      return;
    }
    hint("");
    onAsk(ask);
  });

  async function locateMe(button: HTMLButtonElement) {
    hint(t("locating"));
    button.disabled = true;
    try {
      const { lon, lat, accuracy_m } = await currentFix();
      hint("");
      onAsk({ ...collect(), q: null, point: { lon, lat }, accuracy_m });
    } catch (why) {
      hint(t(why as NoFix));
    } finally {
      button.disabled = false;
    }
  }

  function crsOptions(): HTMLOptionElement[] {
    const list = (known?.crs ?? []).map(({ code, name }) => ({ code, label: `${say(name)} · ${code}` }));
    if (values.crs && !list.some(({ code }) => code === values.crs)) {
      list.push({ code: values.crs, label: extra?.crs === values.crs ? say(extra.name) : values.crs });
    }
    return [{ code: "", label: t("crsNone") }, ...list].map(({ code, label }) =>
      el("option", { value: code, selected: code === (values.crs ?? "") }, label));
  }

  const field = (label: string, control: HTMLElement, cls: string) =>
    el("label", { class: `field ${cls}` }, el("span", {}, label), control);

  return {
    render(status, hotspot) {
      if (form.childElementCount > 0) values = { ...collect(), q: text("q") || values.q };
      known = status;
      const today = status?.today ?? null;
      const at = values.at ?? today;
      const mine = el("button", { type: "button", class: "plain" }, target(), t("myPosition"));
      mine.addEventListener("click", () => void locateMe(mine));
      form.replaceChildren(
        el("p", { class: "intro" }, t("intro")),
        el("div", { class: "ask-main" },
          field(t("position"), el("input", { name: "q", type: "text", value: values.q ?? "", placeholder: "22°13.10'N 102°38.46'E", "aria-describedby": "qhint", autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "search", maxlength: 10000 }), "grow"),
          el("button", { type: "submit", class: "primary" }, t("submit"))),
        el("p", { class: "hint", id: "qhint" }, t("positionHint")),
        el("div", { class: "ask-options" },
          field(t("crs"), el("select", { name: "crs", onchange: () => onCrs() }, ...crsOptions()), "wide"),
          field(t("accuracy"), el("input", { name: "accuracy", type: "number", min: 0, step: "any", inputmode: "decimal", placeholder: t("accuracyHint"), value: values.accuracy_m ?? "" }), ""),
          field(t("date"), el("input", { name: "at", type: "date", value: at, onchange: () => onDate() }), ""),
          field(t("incident"), el("select", { name: "kind", onchange: () => onKind() },
            ...["", ...INCIDENT_KINDS].map((code) => el("option", { value: code, selected: code === (values.kind ?? "") }, code ? word("kind", code) : t("kindAny")))), "wide")),
        el("div", { class: "row" }, mine,
          today && at !== today && el("button", { type: "button", class: "plain", onclick: () => { input("at")!.value = today; onDate(); } }, t("today"))),
        el("p", { class: "hint alert", id: "askhint", role: "status" }),
        examples(hotspot, onAsk));
    },
    fill(ask) {
      values = { ...ask };
      const set = (name: string, value: string) => { const node = input(name); if (node) node.value = value; };
      const select = input("crs");
      if (select) select.replaceChildren(...crsOptions());
      set("q", ask.q ?? "");
      set("accuracy", ask.accuracy_m === null ? "" : String(ask.accuracy_m));
      if (ask.at) set("at", ask.at);
      set("kind", ask.kind ?? "");
      hint("");
    },
    crs: () => text("crs") || null,
    at: () => text("at") || null,
    setAt(at) {
      values = { ...collect(), q: text("q") || values.q, at };
      input("at")!.value = at;
    },
    kind,
    withOptions: (point) => ({ ...collect(), q: null, point }),
  };
}
