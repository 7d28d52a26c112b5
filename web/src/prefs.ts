// What the browser remembers about a person: the language, light or dark, the base map, and the name they enter records under; nothing else. The only file that uses localStorage.
import type { Lang } from "./types";

const KEY = "giapranh.lang";
const THEME_KEY = "giapranh.theme";
const NAME_KEY = "giapranh.name";
const BASEMAP_KEY = "giapranh.basemap";

/** `?lang=` wins, then what was chosen before, then Vietnamese. Storage may be forbidden: then nothing is remembered. */
export function initialLang(): Lang {
  const asked = new URLSearchParams(location.search).get("lang");
  if (asked === "vi" || asked === "en") return asked;
  try {
    return localStorage.getItem(KEY) === "en" ? "en" : "vi";
  } catch {
    return "vi";
  }
}

export function rememberLang(lang: Lang): void {
  try {
    localStorage.setItem(KEY, lang);
  } catch {
    // Private mode: the choice lasts as long as the page.
  }
}

/** The name records were last entered under on this device; empty when none is known. */
export function rememberedName(): string {
  try {
    return localStorage.getItem(NAME_KEY) ?? "";
  } catch {
    return "";
  }
}

export function rememberName(name: string): void {
  try {
    localStorage.setItem(NAME_KEY, name);
  } catch {
    // Private mode: it is typed again next time.
  }
}

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

/** Light or dark as chosen on this device; as the system has it when nothing was. */
export function rememberedTheme(): Theme {
  try {
    return THEMES.find((theme) => theme === localStorage.getItem(THEME_KEY)) ?? "system";
  } catch {
    return "system";
  }
}

export function rememberTheme(theme: Theme): void {
  try {
    localStorage.setItem(THEME_KEY, theme);
  } catch {
    // Private mode: the choice lasts as long as the page.
  }
}

/** The base map is shown where there is one, unless it was switched off on this device. */
export function rememberedBasemap(): boolean {
  try {
    return localStorage.getItem(BASEMAP_KEY) !== "off";
  } catch {
    return true;
  }
}

export function rememberBasemap(on: boolean): void {
  try {
    localStorage.setItem(BASEMAP_KEY, on ? "on" : "off");
  } catch {
    // Private mode: the choice lasts as long as the page.
  }
}
