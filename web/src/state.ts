// The address holds what is asked and what the map shows, so that an answer can be sent to a colleague.
// The only file that writes it, and that reads the hash. Language is the reader's own and is not part of it.
import { INCIDENT_KINDS, type Ask } from "./types";

/** Zoom level of the map and the middle of it in degrees, WGS 84. */
export interface View { zoom: number; lat: number; lon: number }
export interface State { ask: Ask | null; view: View | null }

/** Reads `#q=…&crs=…&accuracy=…&at=…&kind=…&map=zoom/lat/lon`, or `#point=lon,lat&…`. What is malformed counts as absent. */
export function parse(hash: string): State {
  const p = new URLSearchParams(hash.replace(/^#/, ""));
  const point = numbers(p.get("point"), ",", 2);
  const view = numbers(p.get("map"), "/", 3);
  const q = p.get("q");
  const accuracy = Number(p.get("accuracy") ?? NaN);
  const ask: Ask | null = q || point
    ? {
        q: point ? null : q,
        point: point ? { lon: point[0]!, lat: point[1]! } : null,
        crs: p.get("crs"),
        accuracy_m: accuracy > 0 ? accuracy : null,
        at: p.get("at"),
        kind: INCIDENT_KINDS.find((kind) => kind === p.get("kind")) ?? null,
      }
    : null;
  return { ask, view: view ? { zoom: view[0]!, lat: view[1]!, lon: view[2]! } : null };
}

export function format({ ask, view }: State): string {
  const p = new URLSearchParams();
  if (ask?.point) p.set("point", `${ask.point.lon.toFixed(6)},${ask.point.lat.toFixed(6)}`);
  else if (ask?.q) p.set("q", ask.q);
  if (ask?.crs) p.set("crs", ask.crs);
  if (ask?.accuracy_m) p.set("accuracy", String(ask.accuracy_m));
  if (ask?.at) p.set("at", ask.at);
  if (ask?.kind) p.set("kind", ask.kind);
  if (view) p.set("map", `${view.zoom.toFixed(2)}/${view.lat.toFixed(5)}/${view.lon.toFixed(5)}`);
  const text = p.toString().replaceAll("%2F", "/").replaceAll("%2C", ",").replaceAll("%3A", ":");
  return text ? `#${text}` : "";
}

function numbers(text: string | null, separator: string, count: number): number[] | null {
  const parts = (text ?? "").split(separator).map((part) => (part.trim() === "" ? NaN : Number(part)));
  return parts.length === count && parts.every(Number.isFinite) ? parts : null;
}

export const read = (): State => parse(location.hash);

/** A new question gets a step in the history; moving the map does not. */
export function write(state: State, step: "push" | "replace"): void {
  const url = location.pathname + location.search + format(state);
  if (step === "push") history.pushState(null, "", url);
  else history.replaceState(null, "", url);
}

/** The dispute of `?claim=ID`: a dossier sends whoever wants to draw a claim here. */
export const claimAsked = (): string | null => new URLSearchParams(location.search).get("claim");

/** The claim is done with: a reload does not open it again. */
export function dropClaim(): void {
  const url = new URL(location.href);
  if (!url.searchParams.has("claim")) return;
  url.searchParams.delete("claim");
  history.replaceState(null, "", url);
}

/** The person went back, forward, or edited the address. */
export function onChange(listener: (state: State) => void): void {
  addEventListener("popstate", () => listener(read()));
}
