// Starts the page and joins its parts: address ↔ form and map → question → answer → panel and map.
import "ol/ol.css";
import "./styles/fonts.css";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/form.css";
import "./styles/answer.css";
import "./styles/claim.css";
import "./styles/map.css";
import "./styles/desk.css";
import "./styles/print.css";
import * as api from "./api";
import { atlas, SLIVERS_FROM_M2 } from "./atlas";
import { desk as openDesk } from "./desk";
import { beneath } from "./beneath";
import { byId, el } from "./dom";
import { filing } from "./filing";
import { coordinates } from "./format";
import { extentIcon, layersIcon, northArrow } from "./icons";
import { applyTo, lang, langButtons, setLang, t } from "./i18n";
import { createMap, type FeatureLike, type LonLat } from "./map";
import { answerParts } from "./panels/answer";
import { renderBanner } from "./panels/banner";
import { told } from "./panels/card";
import { hotspot } from "./panels/examples";
import { legend, renderLayers } from "./panels/layers";
import { problem } from "./panels/problem";
import { codesOf, places } from "./panels/places";
import { search } from "./panels/search";
import { sliversOf } from "./panels/slivers";
import { renderTime } from "./panels/time";
import { keepPage } from "./offline";
import { newer } from "./panels/newer";
import { initialLang, rememberLang } from "./prefs";
import * as address from "./state";
import type { Answer, Ask, Dispute, Lang, Reading, SliverProps, Status } from "./types";

/** Room around an answered point, in metres: enough to see which side of the line it is on. */
const MARGIN_M = { least: 1200, most: 12_000 };

/** A wait shorter than this is not worth a word. */
const PATIENCE_MS = 250;

let status: Status | null = null;
let asked: Ask | null = null;
let shown: Answer | null = null;
let failed: unknown = null;
/** The slivers under the point that was asked about, while their layer is shown. */
let touched: SliverProps[] = [];
let flight: AbortController | null = null;
let started = false;

const live = byId("live");
const rest = byId("answer");
const cursor = byId<HTMLOutputElement>("cursor");

const map = createMap(byId("map"), {
  onPick: (point, things) => claims.active() || desk.touch(things) || pick(point, things),
  // The keys ask about the place itself, whatever incident lies on it: incidents have their list.
  onEnter: (point, things) => (claims.active() ? claims.enter() : pick(point, things)),
  onHover: (things) => !claims.active() && card.point(things),
  onMove: () => {
    if (!started) return;
    address.write({ ask: asked, view: map.place() }, "replace");
    drawing(boundaries.moved().then(claims.moved));
  },
  onCursor: (point) => showCursor(point),
});
const boundaries = atlas(map);
const base = beneath(map, (covers) => {
  boundaries.beneath(covers);
  renderKey();
});
const form = search(byId<HTMLFormElement>("ask"), (question) => void ask(question, { moveMap: true }), () => showCursor(null), dateChanged, kindChanged);
const claims = filing(map, boundaries, {
  status: () => status,
  at: () => shown?.at ?? form.at() ?? status!.today,
  async onFiled() {
    await boundaries.reloadDisputes();
    renderKey();
  },
  onClosed: () => asked && void ask(asked, { moveMap: false, history: "keep" }),
});
const card = told(byId("card"));
const desk = openDesk(map, () => openTab("incidents"));
const named = places(byId("places"), (found) => {
  const codes = codesOf(found);
  const extent = boundaries.extentOfUnits(codes);
  if (extent) map.show(extent, 0);
  boundaries.pick(codes);
  byId("mapnote").textContent = extent ? "" : t("placeNotDrawn", { name: found.name });
});

/** The panel's two halves. The one looked at is part of the address as far as it matters: #incidents. */
function openTab(which: "ask" | "incidents"): void {
  for (const [tab, pane, name] of [["tabask", "askpane", "ask"], ["tabincidents", "incidentpane", "incidents"]] as const) {
    const on = name === which;
    byId(tab).setAttribute("aria-selected", String(on));
    byId(tab).tabIndex = on ? 0 : -1;
    byId(pane).hidden = !on;
  }
}

function tabs(): void {
  const both = [["ask", byId("tabask")], ["incidents", byId("tabincidents")]] as const;
  for (const [which, tab] of both) {
    tab.addEventListener("click", () => openTab(which));
    tab.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      const [other, button] = both.find(([name]) => name !== which)!;
      openTab(other);
      button.focus();
    });
  }
  if (location.hash === "#incidents") openTab("incidents");
}

function pick(point: LonLat, things: FeatureLike[]): void {
  openTab("ask");
  card.touch(things);
  void ask(form.withOptions(point), { moveMap: false, slivers: sliversOf(things) });
}

function showCursor(point: LonLat | null): void {
  cursor.hidden = !point;
  if (point) cursor.textContent = coordinates(point.lon, point.lat, form.crs());
}

/** Told beside the map: that finer lines are still coming (the drawn ones may be off until then), or that none came. */
function drawing(work: Promise<void>): void {
  const note = byId("mapnote");
  const tell = (text: string, failed: boolean) => {
    note.textContent = text;
    note.classList.toggle("failed", failed);
  };
  const wait = setTimeout(() => tell(t("drawing"), false), PATIENCE_MS);
  work.then(() => tell("", false), () => tell(t("mapFailed"), true)).finally(() => clearTimeout(wait));
}

function kindChanged(): void {
  if (asked) void ask({ ...asked, kind: form.kind() }, { moveMap: false });
}

function renderDay(): void {
  if (status) renderTime(byId("time"), status.first_date, status.today, form.at() ?? status.today, (at) => {
    form.setAt(at);
    dateChanged();
  });
}

function dateChanged(): void {
  renderDay();
  const at = form.at() ?? status?.today;
  if (at) drawing(boundaries.draw(at).then(renderKey));
  if (asked) void ask({ ...asked, at: form.at() }, { moveMap: false });
  else renderForm();
}

async function ask(question: Ask, how: { moveMap: boolean; history?: "keep"; slivers?: SliverProps[] }): Promise<void> {
  // The same place asked again, for another date or kind of incident, keeps them.
  touched = how.slivers ?? (question.point && question.point === asked?.point ? touched : []);
  asked = { ...question, at: question.at ?? form.at() ?? status?.today ?? null };
  form.fill(asked);
  renderDay();
  if (how.history !== "keep") address.write({ ask: asked, view: map.place() }, "push");
  if (asked.point) boundaries.answer.ask(asked.point.lon, asked.point.lat);
  else boundaries.answer.clear();
  boundaries.light(null);
  flight?.abort();
  flight = new AbortController();
  const { signal } = flight;
  const wait = setTimeout(() => live.replaceChildren(el("p", { class: "waiting" }, t("asking"))), PATIENCE_MS);
  rest.setAttribute("aria-busy", "true");
  shown = failed = null;
  try {
    shown = await api.locate(asked, lang(), signal);
  } catch (error) {
    if (signal.aborted) return;
    failed = error;
  } finally {
    clearTimeout(wait);
  }
  if (signal.aborted) return;
  rest.setAttribute("aria-busy", "false");
  renderAnswer();
  if (shown) {
    drawing(boundaries.draw(shown.at).then(renderKey));
    boundaries.answer.show(shown);
    boundaries.light(shown);
    const extent = boundaries.answer.extent();
    const reach_m = Math.min(MARGIN_M.most, Math.max(MARGIN_M.least, (shown.boundary?.distance_m ?? 0) * 0.6));
    if (extent && how.moveMap) map.show(extent, shown.verdict === "ambiguous_position" ? MARGIN_M.most : reach_m);
  }
  revealAnswer();
}

/** On a phone the form fills the panel: bring the verdict up, without taking the focus away. A refusal stands
 *  above the form, for that is where a person mends it. */
function revealAnswer(): void {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  live.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
}

const choose = (reading: Reading) =>
  asked && void ask({ ...asked, crs: reading.crs }, { moveMap: true });

function renderAnswer(): void {
  document.body.classList.toggle("answered", Boolean(shown || failed));
  document.body.classList.toggle("refused", Boolean(failed));
  if (failed) {
    live.replaceChildren(problem(failed, () => asked && void ask(asked, { moveMap: true, history: "keep" })));
    rest.replaceChildren();
  } else if (shown) {
    const parts = answerParts(shown, Boolean(asked?.point), touched, { onReading: choose, onClaim: claims.open });
    live.replaceChildren(parts.verdict);
    rest.replaceChildren(...parts.rest);
  } else {
    live.replaceChildren();
    rest.replaceChildren();
  }
}

const switches = { slivers: false, busy: false, failed: false, from_m2: SLIVERS_FROM_M2 };

/** The legend beside the map, and the same on paper. */
function renderKey(): void {
  const known = boundaries.disputes();
  const actions = { onSlivers: showSlivers, onBase: (on: boolean) => { base.show(on); focusOn("basemap"); } };
  renderLayers(byId("layers"), known, { ...switches, base: base.state() }, actions);
  byId("printlegend").replaceChildren(legend(known, switches.slivers));
}

const focusOn = (name: string) => byId("layers").querySelector<HTMLElement>(`[name="${name}"]`)?.focus();

function showSlivers(on: boolean): void {
  Object.assign(switches, { slivers: on, busy: on, failed: false });
  const redraw = () => {
    renderKey();
    focusOn("slivers");
  };
  redraw();
  if (!on && touched.length > 0) {
    touched = [];
    card.touch([]);
    renderAnswer();
  }
  boundaries.slivers(on).then(() => (switches.busy = false), () => Object.assign(switches, { slivers: false, busy: false, failed: true })).then(redraw);
}

/** A button that opens and closes a box; Escape closes it too. */
function opens(button: HTMLElement, box: HTMLElement): void {
  const set = (open: boolean) => {
    button.setAttribute("aria-expanded", String(open));
    box.classList.toggle("open", open);
  };
  button.addEventListener("click", () => set(button.getAttribute("aria-expanded") !== "true"));
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    set(false);
    button.focus();
  });
}

const renderForm = () => form.render(status, hotspot(boundaries.disputes()));

function renderAll(): void {
  applyTo(document);
  renderBanner(byId("banner"), byId("foot"), status);
  for (const link of document.querySelectorAll<HTMLAnchorElement>("[data-page]")) link.href = `./${link.dataset["page"]}?lang=${lang()}`;
  renderForm();
  renderDay();
  renderKey();
  named.render();
  desk.render();
  card.render();
  claims.render();
  base.render();
  if (asked) form.fill(asked);
  boundaries.relabel();
  renderAnswer();
  if (shown) boundaries.answer.show(shown);
}

function switchLang(next: Lang): void {
  setLang(next);
  rememberLang(next);
  renderAll();
  if (failed && asked) void ask(asked, { moveMap: false, history: "keep" });
}

function follow(state: address.State): void {
  if (state.view) map.go(state.view);
  if (state.ask) {
    void ask(state.ask, { moveMap: !state.view, history: "keep" });
    return;
  }
  claims.close();
  asked = shown = failed = null;
  flight?.abort();
  boundaries.answer.clear();
  boundaries.light(null);
  renderAnswer();
}

async function start(): Promise<void> {
  setLang(initialLang());
  document.querySelector(".north")!.append(northArrow());
  byId("zoomall").append(extentIcon());
  byId("layersbutton").append(layersIcon());
  opens(byId("layersbutton"), byId("layers"));
  opens(byId("menu"), byId("pages"));
  tabs();
  byId("zoomin").addEventListener("click", () => map.zoomBy(1));
  byId("zoomout").addEventListener("click", () => map.zoomBy(-1));
  byId("zoomall").addEventListener("click", () => map.all());
  langButtons(switchLang);
  const first = address.read();
  if (first.view) map.go(first.view);
  else map.all();
  renderAll();
  address.onChange(follow);
  try {
    status = await api.status(lang());
  } catch (error) {
    failed = error;
  }
  renderAll();
  if (status?.basemap) base.has(status.basemap);
  void desk.start();
  started = true;
  if (first.ask) void ask(first.ask, { moveMap: !first.view, history: "keep" });
  if (!status) return;
  drawing(boundaries.draw(first.ask?.at ?? status.today).then(() => {
    renderForm();
    renderKey();
    openAskedClaim();
  }));
}

function openAskedClaim(): void {
  const id = address.claimAsked();
  if (!id) return;
  const zone = boundaries.disputes()?.features.find((f) => f.properties.role === "zone" && f.properties.id === id);
  // The zone's feature tells all of the dispute but what belongs to a position.
  if (zone) claims.open({ ...(zone.properties as unknown as Dispute), in_zone: false, distance_m: null });
}

void start();
// The map, too, opens without a signal. A line being drawn is not lost to a newer version: a person takes it.
addEventListener("load", () => void keepPage((take) => byId("newer").replaceChildren(...newer(take))));
