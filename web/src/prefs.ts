// What the browser remembers about a person: the language, nothing else. The only file that uses localStorage.
import type { Lang } from "./types";

const KEY = "giapranh.lang";

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
