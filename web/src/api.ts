// The only file that speaks to the server.
import type { Answer, Ask, Disputes, Lang, Level, Problem, Status, Units } from "./types";

/** The server refused, in the person's language. */
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.title);
  }
}

/** No answer came: no network, or the server is down. */
export class Unreachable extends Error {}

type Query = Record<string, string | number | null | undefined>;

async function get<T>(path: string, query: Query, lang: Lang, signal?: AbortSignal): Promise<T> {
  const url = new URL(`api/${path}`, document.baseURI);
  for (const [key, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") url.searchParams.set(key, String(value));
  }
  let response: Response;
  try {
    response = await fetch(url, { headers: { "accept-language": lang }, signal: signal ?? null });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Unreachable(String(error));
  }
  if (response.ok) return (await response.json()) as T;
  if (response.headers.get("content-type")?.includes("problem+json")) {
    throw new Refused((await response.json()) as Problem);
  }
  throw new Unreachable(`HTTP ${response.status}`);
}

export const status = (lang: Lang) => get<Status>("status", {}, lang);

/** A picked point is sent in WGS 84, whatever system the form names: that system is for what is typed. */
export function locate(ask: Ask, lang: Lang, signal: AbortSignal): Promise<Answer> {
  const where = ask.point
    ? { x: ask.point.lon.toFixed(7), y: ask.point.lat.toFixed(7), crs: "EPSG:4326" }
    : { q: ask.q, crs: ask.crs };
  return get<Answer>("locate", { ...where, accuracy: ask.accuracy_m, at: ask.at, lang }, lang, signal);
}

export const units = (level: Level, at: string, tolerance_m: number, lang: Lang) =>
  get<Units>("units", { level, at, tolerance_m }, lang);

export const disputes = (at: string, lang: Lang) => get<Disputes>("disputes", { at }, lang);
