// The day the map shows: a slider over all days there is something to show of, and before or after a reform in one press.
import { el } from "../dom";
import { date } from "../format";
import { t } from "../i18n";

const DAY_MS = 86_400_000;
const days = (iso: string) => Math.round(Date.parse(`${iso}T00:00:00Z`) / DAY_MS);
const iso = (day: number) => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** The reform that ended the districts (resolutions 1661, 1670 and 1673/NQ-UBTVQH15). */
const REFORM = "2025-07-01";

export function renderTime(box: HTMLElement, first: string, today: string, at: string, onDate: (at: string) => void): void {
  const words = el("output", { id: "timeday", for: "timeslider" }, date(at));
  const slider = el("input", { type: "range", id: "timeslider", "aria-label": t("timeTitle"), min: days(first), max: days(today), value: days(at), list: "timemarks" });
  const tell = () => {
    words.textContent = date(iso(Number(slider.value)));
    slider.setAttribute("aria-valuetext", words.textContent);
  };
  slider.setAttribute("aria-valuetext", date(at));
  slider.addEventListener("input", tell);
  slider.addEventListener("change", () => onDate(iso(Number(slider.value))));
  const before = at < REFORM;
  const jump = (label: string, to: string, pressed: boolean) =>
    el("button", { type: "button", class: "plain", "aria-pressed": pressed ? "true" : "false", disabled: to < first, onclick: () => onDate(to) }, label);
  box.replaceChildren(
    el("span", { class: "timetitle" }, t("timeTitle"), " ", words),
    jump(t("timeBefore", { date: date(REFORM) }), iso(days(REFORM) - 1), before),
    slider,
    el("datalist", { id: "timemarks" }, el("option", { value: days(REFORM) })),
    jump(t("timeAfter", { date: date(REFORM) }), today, !before));
}
