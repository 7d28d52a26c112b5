// Incidents at the desk: fetched, filtered, drawn, and kept up to date while others work.
import * as api from "./api";
import { byId, el, keepingFocus } from "./dom";
import { lang, say, t } from "./i18n";
import { incidentLayer } from "./layers/incidents";
import { readPalette } from "./layers/palette";
import { onThemeChange } from "./theme";
import { listen, type Happened } from "./live";
import type { FeatureLike, GMap } from "./map";
import { openIncident, type OpenIncident } from "./panels/incident";
import { awaitsOther, localities, NO_FILTER, queryOf, renderChosen, renderFilter, renderList, sorted, type Filter } from "./panels/incidents";
import type { IncidentFeature, Me } from "./types";

/** One page of the server's list; more when asked for. */
const PAGE = 1000;
/** So many events are looked up one by one. */
const FEW = 5;
/** No closer than this around an incident that is looked at. */
const AROUND_M = 2500;

export interface Desk {
  /** Asks who is signed in and begins. */
  start(): Promise<void>;
  /** Something was touched on the map; true: it was an incident. */
  touch(things: FeatureLike[]): boolean;
  render(): void;
}

export function desk(map: GMap, onOpen: () => void): Desk {
  const layer = incidentLayer();
  map.add([layer.layer]);
  map.tells([layer.layer]);
  const paint = () => layer.paint(readPalette());
  paint();
  onThemeChange(paint);

  let user: Me["user"] = null;
  let known = false;
  let filter: Filter = { ...NO_FILTER };
  let found: IncidentFeature[] = [];
  let next: string | null = null;
  /** The incident looked at: as it last was, and what can be done to it. */
  let chosen: { feature: IncidentFeature; open: OpenIncident } | null = null;
  const chosenHead = el("div", {});
  let said = "";
  let connected = true;
  let flight: AbortController | null = null;
  const unit = () => user?.unit?.split("@")[0] ?? null;
  const query = () => queryOf(filter, unit());
  const shown = () => sorted(found.filter((f) => !filter.awaiting || awaitsOther(f.properties, unit())), filter.sort);

  const act = {
    onFilter(changed: Filter) {
      filter = changed;
      void fetchAll();
    },
    onMore: () => void fetchPage(next),
    onShow: choose,
  };

  async function fetchPage(after: string | null): Promise<void> {
    flight?.abort();
    flight = new AbortController();
    const { signal } = flight;
    said = t("incidentsLoading");
    render();
    try {
      const page = await api.incidents({ ...query(), limit: PAGE, after }, lang(), signal);
      found = after ? [...found, ...page.features] : page.features;
      next = page.next;
      said = "";
    } catch (error) {
      if (signal.aborted) return;
      said = error instanceof api.Refused ? error.problem.detail : t("incidentsFailed");
    }
    render();
  }
  const fetchAll = () => fetchPage(null);

  function choose(id: string): void {
    const feature = found.find((f) => f.id === id);
    if (!feature) return;
    const open = openIncident(id, (done) => take([done]));
    chosen = { feature, open };
    byId("incidentopen").replaceChildren(chosenHead, open.box);
    layer.select(id);
    const extent = layer.extent(id);
    if (extent) map.show(extent, AROUND_M);
    render();
    byId("incidentopen").scrollIntoView({ block: "nearest" });
  }

  function close(): void {
    const { id } = chosen!.feature;
    chosen = null;
    layer.select(null);
    render();
    byId("incidentlist").querySelector<HTMLElement>(`[data-incident="${CSS.escape(id)}"] button`)?.focus();
  }

  /** Incidents as they are now, in place of how they were. */
  function take(fresh: IncidentFeature[]): void {
    found = [...fresh, ...found.filter((f) => fresh.every((one) => one.id !== f.id))];
    said = "";
    render();
  }

  /** What happened is fetched as this person may see it, and takes its place in the list. Where the list is filtered, or
   *  much has happened, the server says what belongs there now. */
  let due: ReturnType<typeof setTimeout> | undefined;
  const heard = new Map<string, Happened>();
  function happened(event: Happened): void {
    heard.set(event.incident, event);
    clearTimeout(due);
    due = setTimeout(() => void takeUp(), 300);
  }
  const unfiltered = () => Object.values(query()).every((value) => !value);
  async function fetchThese(events: Happened[]): Promise<void> {
    try {
      take(await Promise.all(events.map((event) => api.incident(event.incident, lang()))));
    } catch {
      await fetchAll();
    }
  }
  async function takeUp(): Promise<void> {
    const events = [...heard.values()];
    heard.clear();
    const before = new Set(found.map((f) => f.id));
    if (unfiltered() && events.length <= FEW) await fetchThese(events);
    else await fetchAll();
    const last = events[events.length - 1]!;
    const now = found.find((f) => f.id === last.incident);
    if (now) {
      const values = { kind: say(now.properties.kind_name), where: localities(now.properties) };
      said = before.has(now.id) ? t("incidentChanged", values) : t("incidentNew", values);
      render();
    }
  }

  function render(): void {
    const signin = byId("incidentsign");
    signin.hidden = !known || user !== null;
    signin.replaceChildren(t("incidentsSignIn"), " ", el("a", { href: `./signin?next=/%23incidents&lang=${lang()}` }, t("signIn")));
    byId("incidentfilter").hidden = byId("incidentlist").hidden = user === null;
    byId("incidentsaid").textContent = said;
    const live = byId("livestate");
    live.hidden = user === null;
    live.textContent = t(connected ? "liveOn" : "liveOff");
    renderLooked();
    if (!user) return;
    layer.set(shown());
    keepingFocus(byId("incidentfilter"), () => renderFilter(byId("incidentfilter"), filter, unit() !== null, act));
    keepingFocus(byId("incidentlist"), () => renderList(byId("incidentlist"), shown(), next !== null, chosen?.feature.id ?? null, query(), act));
  }

  function renderLooked(): void {
    byId("incidentopen").hidden = user === null || chosen === null;
    if (!chosen) return;
    // It stays as it last was where the filter leaves it out.
    chosen.feature = found.find((f) => f.id === chosen!.feature.id) ?? chosen.feature;
    const { feature, open } = chosen;
    keepingFocus(chosenHead, () => renderChosen(chosenHead, feature, close));
    open.show(feature);
  }

  return {
    async start() {
      const me = await api.me(lang()).catch(() => null);
      known = me !== null;
      user = me?.user ?? null;
      render();
      if (!user) return;
      await fetchAll();
      listen(happened, (now) => {
        if (now === connected) return;
        connected = now;
        render();
      });
    },
    touch(things) {
      const what = layer.touched(things);
      if (!what) return false;
      if ("extent" in what) map.show(what.extent, AROUND_M / 5);
      else {
        onOpen();
        choose(what.id);
      }
      return true;
    },
    render,
  };
}
