// "Take this area along": what the phone needs to answer without a signal.
import { el } from "../dom";
import { date, megabytes } from "../format";
import { lang, t } from "../i18n";
import * as api from "../api";
import type { Box } from "../tiles";
import type { Problem, Status, UnitProps } from "../types";
import { dropBase, keepBase } from "./basekeep";
import * as kept from "./kept";
import type { Phone } from "./phone";
import type { Area } from "./types";

/** Older than this a person is asked to fetch it again: disputes and agreements change. */
const OLD_DAYS = 30;
const DAY_MS = 86_400_000;
/** About 2 km. */
const BASE_MARGIN_DEG = 0.02;
/** Điện Biên, Lai Châu and Lào Cai, for a base map that does not say how far it goes. */
const REGION: Box = [102.1, 20.85, 105.15, 22.85];

export function areaScreen(areas: Area[], status: Status | null, phone: Phone, onChanged: () => void): HTMLElement {
  const said = el("p", { role: "status", id: "areasaid" });
  const which = el("select", { name: "area" }, el("option", { value: "all" }, t("areaAll")));
  // A base map in a file of the server's: another server's tiles are not ours to take away.
  const base = status?.basemap?.in_file && "caches" in globalThis ? status.basemap : null;
  const withBase = el("input", { type: "checkbox", name: "withbase", checked: true });
  const button = el("button", { type: "button", class: "primary big", id: "take", onclick: () => void take(which.value, which.selectedOptions[0]?.textContent ?? "") }, t("areaTake"));
  void fillUnits(which);

  async function take(id: string, name: string): Promise<void> {
    button.disabled = true;
    said.className = "";
    try {
      const pack = await api.areaPack(id === "all" ? null : id, lang(), (bytes) => (said.textContent = t("areaTaking", { done: megabytes(bytes) })));
      // What cannot be opened does not take the place of what can.
      const { area: extent } = await phone.look(pack, lang());
      const before = areas.find((area) => area.id === id)?.base ?? null;
      const taken: Area = { id, name, taken_at: new Date().toISOString(), pack, base: before };
      await kept.keepArea(taken);
      if (base && withBase.checked) {
        const box = extent ? around(extent.bbox) : (base.bbox ?? REGION);
        taken.base = await keepBase(id, base, box, (bytes) => (said.textContent = t("areaTakingBase", { done: megabytes(bytes) })));
      } else if (before) {
        await dropBase(id);
        taken.base = null;
      }
      await kept.keepArea(taken);
      if (!(await kept.persist())) said.textContent = t("areaNoPersist");
      onChanged();
    } catch (error) {
      said.className = "alert";
      said.textContent = t("areaFailed", { why: whyNot(error) });
    } finally {
      button.disabled = false;
    }
  }

  async function drop(id: string): Promise<void> {
    await kept.dropArea(id);
    if ("caches" in globalThis) await dropBase(id);
    onChanged();
  }

  const held = (area: Area) => {
    const old = Date.now() - Date.parse(area.taken_at) > OLD_DAYS * DAY_MS;
    return el("li", { class: "held", "data-area": area.id },
      el("strong", {}, area.id === "all" ? t("areaAll") : area.name),
      el("p", { class: "muted" }, `${t("areaOf", { date: date(area.taken_at.slice(0, 10)) })} · ${t("areaSize", { size: megabytes(area.pack.byteLength + (area.base?.bytes ?? 0)) })}`),
      area.base && el("p", { class: "muted" }, t("areaBase", { tiles: String(area.base.tiles), zoom: String(area.base.map.max_zoom), whose: area.base.map.attribution })),
      old && el("p", { class: "alert" }, t("areaOld", { days: OLD_DAYS })),
      el("div", { class: "row" },
        el("button", { type: "button", class: "plain", onclick: () => void take(area.id, area.name) }, t("areaAgain")),
        el("button", { type: "button", class: "plain", onclick: () => void drop(area.id) }, t("areaDelete"))));
  };

  return el("div", { class: "areas" },
    el("h2", {}, t("tabArea")),
    el("p", {}, t("areaIntro")),
    status?.indicative && el("p", { class: "note" }, t("indicativeDetail")),
    el("label", { class: "field" }, el("span", {}, t("areaWhich")), which),
    base && el("label", { class: "check" }, withBase, el("span", {}, t("areaWithBase", { name: base.name }))),
    button, said,
    el("h3", {}, t("areaHeld")),
    areas.length === 0 ? el("p", { class: "muted" }, t("areaNone")) : el("ul", {}, ...areas.map(held)));
}

/** A unit and a little of what is around it. */
function around([west, south, east, north]: Box): Box {
  return [west - BASE_MARGIN_DEG, south - BASE_MARGIN_DEG, east + BASE_MARGIN_DEG, north + BASE_MARGIN_DEG];
}

function whyNot(error: unknown): string {
  if (error instanceof api.Refused) return error.problem.detail;
  if (error instanceof api.Unreachable) return t("offlineTitle");
  // The engine's own words about a pack; anything else is the store's.
  const problem = error as Partial<Problem>;
  if (problem.code === "engine_failed") return t("areaNoEngine");
  return problem.detail ?? t("reportKeepFull");
}

/** Provinces, then communes under their provinces. Without a network only the whole can be named. */
async function fillUnits(select: HTMLSelectElement): Promise<void> {
  const today = new Date().toISOString().slice(0, 10);
  const units = await api.units("commune", today, 150, lang()).catch(() => null);
  if (!units) return;
  const by = new Map<string, UnitProps[]>();
  for (const { properties } of units.features) {
    const province = properties.province ?? "";
    by.set(province, [...(by.get(province) ?? []), properties]);
  }
  const order = new Intl.Collator("vi").compare;
  for (const [province, communes] of [...by].sort(([a], [b]) => order(a, b))) {
    select.append(el("optgroup", { label: province },
      ...communes.sort((a, b) => order(a.name, b.name)).map((u) => el("option", { value: u.code }, u.name))));
  }
}
