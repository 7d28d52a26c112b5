// Numbers, distances, dates and directions as a person reads them, in the language shown.
import { lang, t, word, type Key } from "./i18n";
import { toGrid } from "./crs";

/** How the language shown writes numbers and times. */
export const locale = () => (lang() === "vi" ? "vi-VN" : "en-GB");
const number = (value: number, digits: number) =>
  value.toLocaleString(locale(), { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** A distance in metres: centimetres mean nothing beside a line that is wrong by tens of metres. */
export function distance(metres: number): string {
  if (metres < 1) return "< 1 m";
  if (metres < 10) return `${number(metres, 1)} m`;
  if (metres < 1000) return `${number(metres, 0)} m`;
  return `${number(metres / 1000, metres < 10_000 ? 2 : 1)} km`;
}

/** An area in hectares, the unit of forest records. */
export function hectares(m2: number): string {
  const ha = m2 / 10_000;
  if (ha < 0.01) return `< ${number(0.01, 2)} ha`;
  return `${ha.toLocaleString(locale(), { maximumFractionDigits: ha < 1 ? 2 : ha < 100 ? 1 : 0 })} ha`;
}

/** The size of a file. */
export const megabytes = (bytes: number) => `${(bytes / 1e6).toLocaleString(locale(), { maximumFractionDigits: bytes < 1e6 ? 2 : 1 })} MB`;

/** The scale of a map, "1:10 000": a thin space between thousands reads the same in both languages. */
export const scale = (denominator: number) => `1:${String(denominator).replace(/\B(?=(\d{3})+$)/g, "\u202f")}`;

/** A probability. The ends are open: no answer from a measured line is quite certain. */
export function percent(p: number): string {
  if (p > 0.999) return `> ${number(99.9, 1)} %`;
  if (p < 0.01) return "< 1 %";
  return `${number(p * 100, p > 0.99 ? 1 : 0)} %`;
}

/** A civil date "2025-07-01" as the language writes it; anything else is shown as it came. */
export function date(iso: string): string {
  const m = /^(\d{4})-(\d{2})-(\d{2})$/.exec(iso);
  if (!m) return iso;
  if (lang() === "vi") return `${m[3]}/${m[2]}/${m[1]}`;
  return new Date(`${iso}T00:00:00Z`).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
}

/** The nearest of eight compass points, in words. */
export function direction(bearing_deg: number): string {
  return word("compass", String(Math.round(bearing_deg / 45) % 8));
}

/** A position in a grid system, or in degrees where the page cannot draw that system. Letters, not x and y:
 *  Vietnamese surveying uses those the other way round. No thousands separators: they would be typed back wrong. */
export function coordinates(lon: number, lat: number, crs: string | null): string {
  const grid = toGrid(lon, lat, crs);
  if (!grid) return `${lat.toFixed(5)}°${t("northLetter")} ${lon.toFixed(5)}°${t("east")} (WGS 84)`;
  return `${grid.east_m.toFixed(0)} ${t("east")}, ${grid.north_m.toFixed(0)} ${t("northLetter")} (${crs})`;
}

export const orNotKnown = (value: string | null | undefined): string => value || t("notKnown");

/** "A, B và C". */
export function list(names: string[], last: Extract<Key, "and" | "or"> = "and"): string {
  if (names.length < 2) return names.join("");
  return names.slice(0, -1).join(", ") + t(last) + names[names.length - 1];
}
