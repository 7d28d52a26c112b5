// Light, dark, or as the system has it: the media of the dark sheet says when it holds.
import { el } from "./dom";
import { t } from "./i18n";
import { rememberedTheme, rememberTheme, THEMES, type Theme } from "./prefs";

const SYSTEM = matchMedia("(prefers-color-scheme: dark)");
const MEDIA: Record<Theme, string> = { system: SYSTEM.media, light: "not all", dark: "all" };
const listeners = new Set<() => void>();
let chosen = rememberedTheme();

/** Calls back when the page changes between light and dark. */
export function onThemeChange(listener: () => void): void {
  listeners.add(listener);
}

function apply(): void {
  const dark = document.getElementById("dark");
  if (dark instanceof HTMLLinkElement) dark.media = MEDIA[chosen];
  document.documentElement.style.colorScheme = chosen === "system" ? "" : chosen;
  for (const listener of listeners) listener();
}

/** The choice, as a group of three. */
export function themeChoice(): HTMLElement {
  const choice = (theme: Theme) =>
    el("label", { class: "check" },
      el("input", { type: "radio", name: "theme", value: theme, checked: theme === chosen, onchange: () => choose(theme) }),
      el("span", {}, t(`theme.${theme}`)));
  return el("fieldset", { class: "theme" }, el("legend", {}, t("theme")), ...THEMES.map(choice));
}

function choose(theme: Theme): void {
  chosen = theme;
  rememberTheme(theme);
  apply();
}

SYSTEM.addEventListener("change", apply);
if (chosen !== "system") apply();
