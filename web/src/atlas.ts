// The drawn boundaries: which level at which date, how finely, and what is lit up.
import * as api from "./api";
import { lang } from "./i18n";
import { disputeLayer } from "./layers/disputes";
import { readPalette } from "./layers/palette";
import { onThemeChange } from "./theme";
import { unitLayers } from "./layers/units";
import { answerLayer } from "./layers/answer";
import { sliverLayer } from "./layers/slivers";
import type { GMap } from "./map";
import type Feature from "ol/Feature";
import type { Extent } from "ol/extent";
import type { Answer, Disputes, Level, Units, ZoneProps } from "./types";

/** Smaller slivers are not drawn: below one hectare there are thousands, too small to see. The page of slivers has all. */
export const SLIVERS_FROM_M2 = 10_000;

/** Districts ended on 30 June 2025 (resolutions 1661, 1670 and 1673/NQ-UBTVQH15). */
const COMMUNES_SINCE = "2025-07-01";

/** How finely lines are asked for: the error of a drawn line stays under about one pixel and a half, and never above
 *  8 m once a person looks closely, which is well below the error of the line itself. */
const TIERS = [
  { above_m_per_px: 100, tolerance_m: 150 },
  { above_m_per_px: 20, tolerance_m: 30 },
  { above_m_per_px: 0, tolerance_m: 8 },
] as const;

export interface Atlas {
  /** Draws the boundaries and disputes of a date; rejects when the server does not give them. */
  draw(at: string): Promise<void>;
  /** The map has moved: names move along, and finer lines are fetched when it has come closer. */
  moved(): Promise<void>;
  light(answer: Answer | null): void;
  answer: ReturnType<typeof answerLayer>;
  disputes(): Disputes | null;
  /** Fetches the disputes again: something was filed. */
  reloadDisputes(): Promise<void>;
  /** Around what is drawn of a dispute, else around the units that now answer for it, in map units; null where neither is
   *  drawn. */
  extentOf(dispute: string): Extent | null;
  /** Around units and provinces by their codes; null where none of them is drawn. */
  extentOfUnits(codes: string[]): Extent | null;
  /** Lights up units by their codes. */
  pick(codes: string[]): void;
  /** Lines near enough to draw along: units in sight and the stretches disputes are about. */
  lines(): Feature[];
  /** Shows or hides the slivers; the first time they have to be fetched. */
  slivers(on: boolean): Promise<void>;
  /** Names on the map follow the language. */
  relabel(): void;
  /** There is, or is no, base map that covers the land. */
  beneath(on: boolean): void;
}

export function atlas(map: GMap): Atlas {
  const units = unitLayers();
  const zones = disputeLayer();
  const slivers = sliverLayer();
  const answer = answerLayer();
  map.add([...units.layers, zones.layer, slivers.layer, answer.layer]);
  map.tells([zones.layer, slivers.layer]);
  const paint = () => {
    const palette = readPalette();
    units.paint(palette);
    zones.paint(palette);
    slivers.paint(palette);
    answer.paint(palette);
  };
  paint();
  onThemeChange(paint);

  const cache = new Map<string, Promise<Units>>();
  let at: string | null = null;
  let shown = "";
  let known: Disputes | null = null;
  let fetchedSlivers: Promise<void> | null = null;

  function fetchUnits(level: Level, date: string, tolerance_m: number): Promise<Units> {
    const key = `${level} ${date} ${tolerance_m}`;
    const hit = cache.get(key);
    if (hit) return hit;
    const loading = api.units(level, date, tolerance_m, lang());
    loading.catch(() => cache.delete(key));
    cache.set(key, loading);
    return loading;
  }

  async function drawUnits(): Promise<void> {
    if (!at) return;
    const date = at;
    const { tolerance_m } = TIERS.find((tier) => map.resolution_m() >= tier.above_m_per_px)!;
    const key = `${date} ${tolerance_m}`;
    if (key === shown) return;
    shown = key;
    const level = date < COMMUNES_SINCE ? "district" : "commune";
    try {
      const [provinces, lower] = await Promise.all([fetchUnits("province", date, tolerance_m), fetchUnits(level, date, tolerance_m)]);
      if (shown !== key) return;
      units.setProvinces(provinces);
      units.setUnits(lower);
    } catch (error) {
      if (shown === key) shown = "";
      throw error;
    }
  }

  return {
    answer,
    disputes: () => known,
    async draw(date) {
      if (date === at && shown) return;
      at = date;
      units.look(map.sight());
      const [disputes] = await Promise.all([api.disputes(date, lang()), drawUnits()]);
      if (at !== date) return;
      known = disputes;
      zones.set(disputes);
    },
    async reloadDisputes() {
      if (!at) return;
      const date = at;
      const disputes = await api.disputes(date, lang());
      if (at !== date) return;
      known = disputes;
      zones.set(disputes);
    },
    extentOf(dispute) {
      const zone = known?.features.map((f) => f.properties).find((p): p is ZoneProps => p.role === "zone" && p.id === dispute);
      const codes = (zone?.parties ?? []).flatMap((p) => p.now.flatMap((unit) => unit.code ?? []));
      return zones.extent(dispute) ?? units.extent(new Set(codes));
    },
    extentOfUnits: (codes) => units.extent(new Set(codes)),
    pick: (codes) => units.select(new Set(codes)),
    lines: () => [...units.within(map.sight()), ...zones.stretches()],
    slivers(on) {
      slivers.show(on);
      if (!on) return Promise.resolve();
      fetchedSlivers ??= api.slivers(SLIVERS_FROM_M2, lang()).then(slivers.set);
      fetchedSlivers.catch(() => (fetchedSlivers = null));
      return fetchedSlivers;
    },
    moved() {
      units.look(map.sight());
      return drawUnits();
    },
    light(a) {
      units.select(new Set(a ? keys(a) : []));
      zones.select(new Set(a ? a.disputes.filter((d) => d.in_zone).map((d) => d.id) : []));
    },
    relabel: paint,
    beneath: (on) => units.clear(on),
  };
}

/** Units an answer is about, at whichever level the map draws: both parties of a dispute alike. Districts by name: that
 *  is what a locality carries, and at one date no two here have the same. */
function keys(a: Answer): string[] {
  const localities = a.localities.flatMap((l) => (l.code === null ? [] : [l.code]));
  const parties = a.disputes.filter((d) => d.in_zone).flatMap((d) => d.parties.flatMap((p) => p.now.flatMap((unit) => unit.code ?? [])));
  const districts = a.localities.flatMap((l) => l.district ?? []);
  return [...localities, ...parties, ...districts];
}
