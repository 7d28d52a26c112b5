// The language of the page. A key that one language lacks does not compile.
import { en } from "./i18n/en";
import { vi } from "./i18n/vi";
import type { Lang, Text } from "./types";

export type Key = keyof typeof vi;
const TABLES: Record<Lang, Record<Key, string>> = { vi, en };
let current: Lang = "vi";

export const lang = (): Lang => current;

export function setLang(next: Lang): void {
  current = next;
}

/** The sentence for a key, with `{name}` filled in. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  return TABLES[current][key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? `{${name}}`));
}

/** A word for a code the server sends; a code this page does not know is shown as it is, never dropped. */
export function word(group: string, code: string): string {
  const key = `${group}.${code}`;
  return key in TABLES[current] ? TABLES[current][key as Key] : code;
}

/** The server's own text in the language shown. */
export const say = (text: Text): string => text[current];

/** The two buttons of the header (`data-lang`): which is pressed, and what a press does. */
export function langButtons(onLang: (lang: Lang) => void): void {
  for (const button of document.querySelectorAll<HTMLElement>("[data-lang]")) button.addEventListener("click", () => onLang(button.dataset["lang"] as Lang));
}

/** Fills `data-t` (text) and `data-t-label` (accessible name, tooltip) in the page's own markup. */
export function applyTo(root: Document): void {
  root.documentElement.lang = current;
  for (const button of root.querySelectorAll<HTMLElement>("[data-lang]")) button.setAttribute("aria-pressed", String(button.dataset["lang"] === current));
  root.title = `giapranh — ${t("question")}`;
  for (const node of root.querySelectorAll<HTMLElement>("[data-t]")) node.textContent = t(node.dataset["t"] as Key);
  for (const node of root.querySelectorAll<HTMLElement>("[data-t-label]")) {
    const label = t(node.dataset["tLabel"] as Key);
    node.setAttribute("aria-label", label);
    if (node instanceof HTMLButtonElement) node.title = label;
  }
}
