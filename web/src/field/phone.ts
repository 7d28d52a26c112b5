// The engine on the phone and the areas it answers from. Areas are opened as they are needed: the one the point lies in,
// the newest first.
import { Phone as Engine } from "../phone/client";
import type { PackMeta } from "../phone/engine";
import type { Answer, Around, Ask, Lang, Problem } from "../types";
import * as kept from "./kept";
import type { Area } from "./types";

export interface Found {
  answer: Answer | null;
  area: Area | null;
  /** What was typed cannot be read. */
  problem: Problem | null;
  why: "outside" | "no_area" | "no_engine" | null;
}

export interface Phone {
  locate(ask: Ask, lang: Lang): Promise<Found>;
  /** What a small map of a place shows, from an area; null where it cannot be opened. */
  around(area: Area, lon: number, lat: number, reach_m: number, at: string, lang: Lang): Promise<Around | null>;
  /** What is in a pack; rejects with the problem of one that cannot be opened. */
  look(pack: ArrayBuffer, lang: Lang): Promise<PackMeta>;
}

const none = (why: Found["why"], problem: Problem | null = null): Found => ({ answer: null, area: null, problem, why });

export function phone(): Phone {
  let engine: Engine | null = null;
  /** The area the engine holds: its id and when it was taken. */
  let open = "";
  /** One question at a time: another area may have to be opened for it. */
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };

  async function load(pack: ArrayBuffer, name: string, lang: Lang) {
    engine ??= new Engine();
    // The worker takes the buffer over: it gets a copy.
    const loaded = await engine.load(pack.slice(0), lang);
    open = loaded.ok ? name : "";
    return loaded;
  }

  /** The engine on this area, opened where another one is. */
  async function ready(area: Area, lang: Lang): Promise<boolean> {
    const name = `${area.id} ${area.taken_at}`;
    return open === name || (await load(area.pack, name, lang)).ok;
  }

  async function locate(ask: Ask, lang: Lang): Promise<Found> {
    const areas = (await kept.areas()).sort((a, b) => (a.taken_at < b.taken_at ? 1 : -1));
    if (areas.length === 0) return none("no_area");
    let found = none("no_engine");
    for (const area of areas) {
      if (!(await ready(area, lang))) {
        found = none("no_engine");
        continue;
      }
      const { q, point, crs, accuracy_m, at, kind } = ask;
      const located = await engine!.locate({ q, lon: point?.lon ?? null, lat: point?.lat ?? null, crs, accuracy_m, at, kind, lang });
      if (located.ok) return { answer: located.answer, area, problem: null, why: null };
      if (located.problem.code === "engine_failed") {
        open = "";
        found = none("no_engine");
      } else if (["outside_area", "beyond_area"].includes(located.problem.code)) found = none("outside");
      else return none(null, located.problem);
    }
    return found;
  }

  return {
    locate: (ask, lang) => inTurn(() => locate(ask, lang)),
    around: (area, lon, lat, reach_m, at, lang) =>
      inTurn(async () => {
        if (!(await ready(area, lang))) return null;
        const told = await engine!.around({ lon, lat, reach_m, at, lang });
        return told.ok ? told.around : null;
      }),
    look: (pack, lang) =>
      inTurn(async () => {
        const loaded = await load(pack, "", lang);
        if (!loaded.ok) throw loaded.problem;
        return loaded.area;
      }),
  };
}
