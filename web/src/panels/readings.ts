// How the position was read, how else it could be read, and what other maps say.
import { el } from "../dom";
import { coordinates, distance } from "../format";
import { say, t, word } from "../i18n";
import type { Answer, Reading } from "../types";
import { unit } from "../words";
import { facts, part } from "./part";

/** Readings carry the same letter in the list and on the map. */
export const letter = (index: number) => String.fromCharCode(65 + index);

/** `picked`: taken from the map or the device, so there is no text that a person typed. */
export function positionPart(a: Answer, picked: boolean): HTMLElement {
  const p = a.position;
  const settled = a.verdict !== "ambiguous_position" && p.lon !== null && p.lat !== null;
  const grid = settled && p.read_as && p.read_as.crs !== "EPSG:4326" ? coordinates(p.lon!, p.lat!, p.read_as.crs) : null;
  return part(t("positionRead"), "position",
    settled && el("p", { class: "coords" }, coordinates(p.lon!, p.lat!, null)),
    grid && !grid.includes("WGS 84") && el("p", { class: "coords" }, grid),
    el("p", { class: "muted" }, [
      picked ? t("picked") : t("asTyped", { text: p.as_typed }),
      !picked && p.read_as && t("readAs", { crs: say(p.read_as.name) }),
      p.accuracy_m === null ? t("accuracyUnknown") : t("accuracyKnown", { metres: distance(p.accuracy_m) }),
    ].filter(Boolean).join(" · ")),
    ...p.notes.map((note) => el("p", { class: "note" }, say(note))));
}

export function readingsPart(a: Answer, onReading: (reading: Reading) => void): HTMLElement | null {
  const readings = a.position.other_readings;
  if (readings.length === 0) return null;
  const ambiguous = a.verdict === "ambiguous_position";
  const choices = el("ul", { class: "choices" }, ...readings.map((reading, index) =>
    el("li", {}, el("button", { type: "button", class: "choice", "data-crs": reading.crs, onclick: () => onReading(reading) },
      ambiguous && el("span", { class: "letter", "aria-hidden": "true" }, letter(index)),
      el("span", { class: "choice-text" },
        el("strong", {}, reading.commune ? unit(reading.commune) : t("readingOutside")),
        el("span", {}, ambiguous ? say(reading.name) : `${say(reading.name)} · ${word("why", reading.why)}`))))));
  if (ambiguous) return part(t("readings"), "readings", el("p", {}, t("chooseReading")), choices);
  // Another meridian is far away and seldom meant; a missing datum shift is near and common, so that one is not folded away.
  const near = readings.some((reading) => reading.why === "internal");
  return part(t("otherReadings"), "readings", el("details", { open: near }, el("summary", {}, t("sameNumbers")), choices));
}

export function mapsDifferPart(a: Answer): HTMLElement | null {
  if (!a.datasets_disagree) return null;
  return part(t("mapsDiffer"), "maps",
    el("p", {}, t("mapsDifferDetail")),
    facts(...a.readings.map((r): [string, string] => [
      say(r.title), `${r.name ?? t("mapOutside")} (${word("level", r.level)}) · ${t(r.agrees ? "agreesMark" : "differsMark")}`,
    ])));
}
