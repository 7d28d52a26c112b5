// The list of incidents beside the map: filtered, sorted, each with its localities' lines. The map can be read without
// seeing it, and the list without the map.
import { addressOf } from "../api";
import { el } from "../dom";
import { list, locale } from "../format";
import { kindIcon } from "../kinds";
import { lang, say, t, word } from "../i18n";
import { INCIDENT_KINDS, type IncidentFeature, type IncidentProps } from "../types";

export const STATES = ["reported", "verified", "in_handling", "resolved", "closed", "rejected", "reopened"] as const;
export const SORTS = ["newest", "due", "occurred"] as const;

export interface Filter {
  kind: string;
  state: string;
  sort: (typeof SORTS)[number];
  mine: boolean;
  overdue: boolean;
  disputed: boolean;
  /** One side has done its part and the other has not. */
  awaiting: boolean;
}

export const NO_FILTER: Filter = { kind: "", state: "", sort: "newest", mine: false, overdue: false, disputed: false, awaiting: false };

/** What the server is asked for; the rest is decided here. */
export const queryOf = (f: Filter, unit: string | null) => ({
  kind: f.kind,
  state: f.state,
  unit: f.mine ? unit : null,
  overdue: f.overdue ? "true" : null,
  disputed: f.disputed || f.awaiting ? "true" : null,
});

/** The other side's turn: among the parties' lines some are done and some are not; or the minutes lack a signature that is
 *  not this unit's. Without a unit of one's own: whichever side it is. */
export function awaitsOther(p: IncidentProps, unit: string | null): boolean {
  const joint = p.lines.filter((l) => l.joint);
  if (joint.length < 2 || ["closed", "rejected"].includes(p.state)) return false;
  const missing = p.minutes?.missing ?? [];
  const signedHere = missing.length > 0 && (unit === null || !missing.includes(unit));
  const done = joint.filter((l) => l.state === "done");
  const doneHere = done.length > 0 && done.length < joint.length && (unit === null || done.some((l) => l.unit?.code === unit));
  return signedHere || doneHere;
}

export const soonest = (p: IncidentProps): string | null =>
  [p.due, ...p.lines.map((l) => l.due)].flatMap((d) => d?.at ?? []).sort()[0] ?? null;

export function sorted(features: IncidentFeature[], sort: Filter["sort"]): IncidentFeature[] {
  const key = ({ properties: p }: IncidentFeature): string => (sort === "due" ? (soonest(p) ?? "9") : sort === "occurred" ? p.occurred_at : p.received_at);
  const way = sort === "due" ? 1 : -1;
  return [...features].sort((a, b) => (key(a) < key(b) ? -way : key(a) > key(b) ? way : 0));
}

export const moment = (iso: string) =>
  new Date(iso).toLocaleString(locale(), { timeZone: "Asia/Ho_Chi_Minh", day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit" });

export const localities = (p: IncidentProps) => list(p.lines.flatMap((l) => l.unit?.name ?? [])) || t("incidentNoLine");

export interface ListActions {
  onFilter(filter: Filter): void;
  onMore(): void;
  onShow(id: string): void;
}

export function renderFilter(box: HTMLElement, f: Filter, hasUnit: boolean, act: ListActions): void {
  const choose = (name: "kind" | "state" | "sort", label: string, options: [string, string][]) =>
    el("label", { class: "field" }, el("span", {}, label),
      el("select", { name: `filter-${name}`, onchange: (e) => act.onFilter({ ...f, [name]: (e.target as HTMLSelectElement).value }) },
        ...options.map(([value, text]) => el("option", { value, selected: f[name] === value }, text))));
  const check = (name: "mine" | "overdue" | "disputed" | "awaiting", label: string) =>
    el("label", { class: "check" }, el("input", { type: "checkbox", name: `filter-${name}`, checked: f[name], onchange: (e) => act.onFilter({ ...f, [name]: (e.target as HTMLInputElement).checked }) }), el("span", {}, label));
  box.replaceChildren(
    choose("kind", t("filterKind"), [["", t("anyKind")], ...INCIDENT_KINDS.map((k): [string, string] => [k, word("kind", k)])]),
    choose("state", t("filterState"), [["", t("anyState")], ...STATES.map((s): [string, string] => [s, word("state", s)])]),
    choose("sort", t("filterSort"), SORTS.map((s): [string, string] => [s, word("sort", s)])),
    el("div", { class: "checks" },
      hasUnit && check("mine", t("filterMine")), check("overdue", t("filterOverdue")), check("disputed", t("filterDisputed")), check("awaiting", t("filterAwaiting"))));
}

/** The one that is looked at, above the list: what the list says of it. Its acts and story stand below (incident.ts). */
export function renderChosen(box: HTMLElement, f: IncidentFeature, onClose: () => void): void {
  box.replaceChildren(el("div", { class: "incident chosen", "data-chosen": f.id }, ...summary(f), el("div", { class: "row" },
    el("a", { class: "plain", href: `./incidents/${f.id}?lang=${lang()}` }, t("incidentOpen")),
    el("button", { type: "button", class: "plain", id: "incidentclose", onclick: onClose }, t("close")))));
}

export function renderList(box: HTMLElement, features: IncidentFeature[], more: boolean, chosen: string | null, query: Record<string, string | null>, act: ListActions): void {
  box.replaceChildren(
    el("p", { class: "muted", role: "status", id: "incidentcount" }, features.length === 0 ? t("incidentsNone") : t("incidentsCount", { count: `${features.length}${more ? "+" : ""}` })),
    el("ul", { class: "incidents" }, ...features.map((f) => item(f, f.id === chosen, act))),
    ...(more ? [el("button", { type: "button", class: "plain", onclick: act.onMore }, t("incidentsMore"))] : []),
    el("details", {}, el("summary", {}, t("incidentsQuery")), el("code", { class: "address" }, addressOf("incidents", query))));
}

function item(f: IncidentFeature, chosen: boolean, act: ListActions): HTMLElement {
  return el("li", { class: chosen ? "incident chosen" : "incident", "data-incident": f.id, "data-state": f.properties.state },
    ...summary(f),
    el("div", { class: "row" },
      el("button", { type: "button", class: "plain", onclick: () => act.onShow(f.id) }, t(f.geometry ? "incidentShow" : "incidentLook")),
      el("a", { class: "plain", href: `./incidents/${f.id}?lang=${lang()}` }, t("incidentOpen"))));
}

function summary({ properties: p }: IncidentFeature): (HTMLElement | false | null)[] {
  const due = soonest(p);
  const late = due !== null && due < new Date().toISOString();
  return [
    el("div", { class: "incident-head" }, kindIcon(p.kind), el("strong", {}, say(p.kind_name)), el("span", { class: "chip" }, say(p.state_name)),
      p.disputed && el("span", { class: "chip party" }, t("filterDisputed")), p.demo && el("span", { class: "chip" }, t("incidentDemo")), late && el("span", { class: "chip late" }, t("incidentLate"))),
    el("p", {}, el("time", { datetime: p.occurred_at }, moment(p.occurred_at))),
    el("ul", { class: "lines" }, ...p.lines.map((l) => el("li", {}, `${l.unit?.name ?? t("incidentNoLine")}: ${say(l.state_name)}`))),
    due !== null && el("p", { class: "muted" }, t("incidentDue", { what: say((p.due ?? p.lines.find((l) => l.due?.at === due)?.due)!.name), when: moment(due) })),
    p.hidden && el("p", { class: "muted" }, t("incidentHidden")),
  ];
}
