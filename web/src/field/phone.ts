// The engine on the phone and the areas it answers from.
import type { Answer, Ask, Lang, Problem } from "../types";
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
}

export function phone(): Phone {
  return {
    async locate() {
      const areas = await kept.areas();
      return { answer: null, area: null, problem: null, why: areas.length === 0 ? "no_area" : "no_engine" };
    },
  };
}
