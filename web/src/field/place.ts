// A position being taken: by the receiver, better with every reading, or typed. Used on the first screen and in a report.
import { el } from "../dom";
import { coordinates } from "../format";
import type { NoFix } from "../geolocation";
import { target } from "../icons";
import { say, t } from "../i18n";
import type { Status } from "../types";
import { follow, mean, type Reading } from "./fix";
import { apart_m } from "./perimeter";
import type { Place } from "./types";

/** Worse than this a person is told to wait: about the width of the doubt the lines themselves have. */
export const POOR_M = 30;
/** A new answer only when the mean has moved or tightened by this share of its accuracy. */
const WORTH = 0.25;

export interface Taking {
  node: HTMLElement;
  stop(): void;
}

export const typed = (text: string, crs: string | null): Place => ({ how: "typed", lon: null, lat: null, text, crs, accuracy_m: null });

/** In words: coordinates and how they were obtained. */
export function placeWords(place: Place): string {
  const where = place.text ?? coordinates(place.lon!, place.lat!, null);
  const accuracy = place.accuracy_m === null ? null : `±${Math.round(place.accuracy_m)} m`;
  return [where, accuracy, place.how === "mock" && t("fixMock")].filter(Boolean).join(" · ");
}

export function taking(status: Status | null, onPlace: (place: Place) => void): Taking {
  let readings: Reading[] = [];
  let shown: Place | null = null;
  let stop: (() => void) | null = null;
  const said = el("p", { class: "fixsaid", role: "status" });
  const button = el("button", { type: "button", class: "primary big", id: "gps", onclick: () => (stop ? end() : begin()) });
  const label = () => button.replaceChildren(target(), stop ? t("fixStop") : t("fixStart"));

  function begin(): void {
    readings = [];
    shown = null;
    said.replaceChildren(t("fixWaiting"));
    stop = follow(take, failed);
    label();
  }
  function end(): void {
    stop?.();
    stop = null;
    label();
  }
  function failed(why: NoFix): void {
    said.replaceChildren(el("span", { class: "alert" }, t(why)));
    if (why !== "geoTimeout" && why !== "geoUnavailable") setTimeout(end);
  }
  function take(reading: Reading): void {
    readings = [...readings.slice(-59), reading];
    const now = mean(readings)!;
    const poor = now.accuracy_m > POOR_M;
    said.replaceChildren(
      t("fixNow", { metres: Math.round(now.accuracy_m), count: now.count }),
      ...(poor ? [el("span", { class: "alert" }, t("fixPoor", { limit: POOR_M }))] : []),
      ...(now.still ? [el("span", { class: "alert" }, t("fixStill"))] : []));
    const place: Place = { how: now.still ? "mock" : "gps", lon: now.lon, lat: now.lat, text: null, crs: null, accuracy_m: now.accuracy_m };
    if (!shown || shown.how !== place.how || moved(shown, place)) {
      shown = place;
      onPlace(place);
    }
  }
  const moved = (a: Place, b: Place) =>
    Math.abs(a.accuracy_m! - b.accuracy_m!) > WORTH * a.accuracy_m! ||
    apart_m([a.lon!, a.lat!], [b.lon!, b.lat!]) > WORTH * b.accuracy_m!;

  const text = el("input", { name: "typed", type: "text", placeholder: "22°13.10'N 102°38.46'E", autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "go", maxlength: 1000 });
  const crs = el("select", { name: "typedcrs" }, el("option", { value: "" }, t("crsNone")),
    ...(status?.crs ?? []).map(({ code, name }) => el("option", { value: code }, say(name))));
  const form = el("form", { class: "typed", novalidate: true },
    el("label", { class: "field" }, el("span", {}, t("position")), text),
    el("label", { class: "field" }, el("span", {}, t("crs")), crs),
    el("button", { type: "submit", class: "plain big" }, t("submit")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!text.value.trim()) return text.focus();
    end();
    said.replaceChildren();
    onPlace(typed(text.value.trim(), crs.value || null));
  });
  label();
  return {
    node: el("div", { class: "taking" }, button, said, el("details", {}, el("summary", {}, t("typedPosition")), form)),
    stop: end,
  };
}
