// Finding a unit or a village by name, with or without diacritics; old names and codes, too.
import * as api from "../api";
import { el } from "../dom";
import { date } from "../format";
import { lang, say, t } from "../i18n";
import type { Found } from "../types";
import { unit, units } from "../words";

/** As fast as people type, and no faster. */
const PAUSE_MS = 200;

/** Codes that the map draws today for what was found. */
export const codesOf = (f: Found): string[] => (f.became.length > 0 ? f.became.map((u) => u.code) : [f.unit.code]);

/** The last day of what is no more. */
const lastDay = (to: string) => date(new Date(Date.parse(`${to}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10));

export function foundWords(f: Found): string {
  return [
    f.what === "village" ? `${t("placeVillage", { dispute: say(f.dispute_name!) })}; ${unit(f.unit)}` : unit({ ...f.unit, name: f.unit.code }),
    f.valid_to && t("placeEnded", { date: lastDay(f.valid_to) }),
    f.became.length > 0 && t("becameMark", { names: units(f.became) }),
  ].filter(Boolean).join(" · ");
}

export function places(box: HTMLElement, onChoose: (found: Found) => void): { render(): void } {
  let flight: AbortController | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let typed = "";

  function render(): void {
    const results = el("div", { id: "placesfound", "aria-live": "polite" });
    const input = el("input", { type: "search", name: "place", value: typed, placeholder: t("placesHint"), autocomplete: "off", spellcheck: "false", maxlength: 200 });
    input.addEventListener("input", () => {
      typed = input.value;
      clearTimeout(timer);
      timer = setTimeout(() => void look(results), PAUSE_MS);
    });
    const form = el("form", { class: "places", role: "search", novalidate: true }, el("label", { class: "field" }, el("span", {}, t("placesSearch")), input), results);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(timer);
      void look(results);
    });
    box.replaceChildren(form);
    if (typed) void look(results);
  }

  async function look(results: HTMLElement): Promise<void> {
    flight?.abort();
    if (!typed.trim()) return results.replaceChildren();
    flight = new AbortController();
    const { signal } = flight;
    try {
      const { found } = await api.places(typed, lang(), signal);
      results.replaceChildren(
        el("p", { class: "muted" }, found.length === 0 ? t("placesNone") : t("placesFound", { count: found.length })),
        el("ul", { class: "choices" }, ...found.map((f) => el("li", {}, el("button", { type: "button", class: "choice", onclick: () => onChoose(f) },
          el("span", { class: "choice-text" }, f.name, el("span", {}, foundWords(f))))))));
    } catch (error) {
      if (!signal.aborted) results.replaceChildren(el("p", { class: "alert" }, error instanceof api.Refused ? error.problem.detail : t("offlineTitle")));
    }
  }
  return { render };
}
