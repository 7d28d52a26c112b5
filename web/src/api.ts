// The only file that speaks to the server.
import { csrf } from "./csrf";
import type { Answer, Around, Ask, Attachment, Collection, Disputes, Found, HistoryEvent, IncidentFeature, IncidentPage, Items, Lang, Level, Made, Me, NewClaim, PhotoProgress, Possible, Problem, Schema, Slivers, Status, Understood, Units } from "./types";

/** The server refused, in the person's language. */
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.title);
  }
}

/** No answer came: no network, or the server is down. */
export class Unreachable extends Error {}

type Query = Record<string, string | number | null | undefined>;

/** A good answer, or why there is none. */
async function reach(path: string, query: Query, lang: Lang, init: RequestInit): Promise<Response> {
  return fetched(addressOf(path, query), lang, init);
}

async function fetched(url: string, lang: Lang, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { ...init, headers: { ...init.headers, "accept-language": lang, "x-csrf-token": csrf() } });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new Unreachable(String(error));
  }
  if (response.ok) return response;
  if (response.headers.get("content-type")?.includes("problem+json")) {
    throw new Refused((await response.json()) as Problem);
  }
  throw new Unreachable(`HTTP ${response.status}`);
}

async function send<T>(path: string, query: Query, lang: Lang, init: RequestInit = {}): Promise<T> {
  const response = await reach(path, query, lang, init);
  return response.status === 204 ? (undefined as T) : ((await response.json()) as T);
}

const json = (method: string, body: unknown): RequestInit => ({ method, body: JSON.stringify(body), headers: { "content-type": "application/json" } });

export const status = (lang: Lang) => send<Status>("status", {}, lang);

/** A picked point is sent in WGS 84, whatever system the form names: that system is for what is typed. */
export function locate(ask: Ask, lang: Lang, signal: AbortSignal): Promise<Answer> {
  const where = ask.point
    ? { x: ask.point.lon.toFixed(7), y: ask.point.lat.toFixed(7), crs: "EPSG:4326" }
    : { q: ask.q, crs: ask.crs };
  return send<Answer>("locate", { ...where, accuracy: ask.accuracy_m, at: ask.at, kind: ask.kind, lang }, lang, { signal });
}

/** What a small map of a place shows. */
export const around = (lon: number, lat: number, reach_m: number, at: string, lang: Lang) => send<Around>("around", { lon, lat, reach_m, at }, lang);

export const units = (level: Level, at: string, tolerance_m: number, lang: Lang) =>
  send<Units>("units", { level, at, tolerance_m }, lang);

export const disputes = (at: string, lang: Lang) => send<Disputes>("disputes", { at }, lang);

export const slivers = (min_area_m2: number, lang: Lang) =>
  send<Slivers>("slivers", { f: "geojson", min_area: min_area_m2 }, lang);

/** Keeps a file that a document refers to. */
export const keepDocument = (file: File, lang: Lang) =>
  send<Attachment>("documents", { name: file.name }, lang, { method: "POST", body: file, headers: { "content-type": file.type || "application/octet-stream" } });

export const fileClaim = (dispute: string, claim: NewClaim, lang: Lang) =>
  send<Made>(`disputes/${encodeURIComponent(dispute)}/claims`, {}, lang, json("POST", claim));

/** Incidents as far as this person may see them, newest received first. */
export const incidents = (query: Query, lang: Lang, signal?: AbortSignal) =>
  send<IncidentPage>("incidents", query, lang, signal ? { signal } : {});

export const incident = (id: string, lang: Lang) => send<IncidentFeature>(`incidents/${id}`, {}, lang);

/** What this person can do to an incident as it is now. */
export const possibleActs = (id: string, lang: Lang) => send<Possible[]>(`incidents/${id}/acts`, {}, lang);

/** Everything that happened to it, oldest first. */
export const story = (id: string, lang: Lang) => send<HistoryEvent[]>(`incidents/${id}/history`, {}, lang);

/** Does something to the incident as it was looked at: of another version the server refuses. */
export function act(id: string, version: number, body: object, lang: Lang): Promise<IncidentFeature> {
  const init = json("POST", body);
  return send<IncidentFeature>(`incidents/${id}/acts`, {}, lang, { ...init, headers: { ...init.headers, "if-match": `"${version}"` } });
}

/** The address of a list, for people who go on with it elsewhere. */
export function addressOf(path: string, query: Query): string {
  const url = new URL(`api/${path}`, document.baseURI);
  for (const [key, value] of Object.entries(query)) if (value !== null && value !== undefined && value !== "") url.searchParams.set(key, String(value));
  return url.href;
}

export const places = (q: string, lang: Lang, signal: AbortSignal) => send<{ found: Found[] }>("search", { q, limit: 20 }, lang, { signal });

export const me = (lang: Lang) => send<Me>("me", {}, lang);

export const signIn = (name: string, password: string, lang: Lang) => send<Me>("session", {}, lang, json("POST", { name, password }));

export const signOut = (lang: Lang) => send<void>("session", {}, lang, { method: "DELETE" });

/** The same report may be sent again: it is one incident, and the answer is the same. */
export const report = (id: string, body: object, lang: Lang) =>
  send<IncidentFeature>(`incidents/${id}`, {}, lang, json("PUT", body));

/** Begins a photo, or says how far it is. */
export const beginPhoto = (incident: string, photo: { id: string; sha256: string; bytes: number }, lang: Lang) =>
  send<PhotoProgress>(`incidents/${incident}/photos`, {}, lang, json("POST", photo));

export const photoPiece = (photo: string, offset: number, piece: ArrayBuffer, lang: Lang) =>
  send<PhotoProgress>(`uploads/${photo}`, {}, lang, { method: "PATCH", body: piece, headers: { "content-type": "application/octet-stream", "upload-offset": String(offset) } });


/** A question to the OGC API, which speaks in whole addresses below the server's own. */
const ogc = async <T>(path: string, lang: Lang): Promise<T> =>
  (await fetched(new URL(path, document.baseURI).href, lang, { headers: { accept: "application/geo+json, application/schema+json, application/json" } })).json() as Promise<T>;

export const collections = (lang: Lang) => ogc<{ collections: Collection[] }>("ogc/collections", lang);
export const queryables = (id: string, lang: Lang) => ogc<Schema>(`ogc/collections/${id}/queryables`, lang);
export const items = (path: string, lang: Lang) => ogc<Items>(path, lang);

/** Sends a file of points through; the answer is gathered as it comes, and rejects when it breaks off. */
export async function attribute(file: Blob, crs: string | null, lang: Lang, onBytes: (bytes: number) => void): Promise<Blob> {
  const response = await reach("attribute", { crs }, lang, { method: "POST", body: file, headers: { "content-type": "text/csv" } });
  return gathered(response, onBytes);
}

/** Shows what the server understands of a file, or has it taken in. */
export const importFile = (file: File, asked: { as: string; crs: string | null; basis: string | null }, write: boolean, lang: Lang) =>
  send<Understood>(`imports/${asked.as}`, { name: file.name, crs: asked.crs, basis: asked.basis, write: write ? "true" : null }, lang, { method: "POST", body: file, headers: { "content-type": "application/octet-stream" } });

/** The boundary file for a phone: of one unit and around it, or of everything. `onBytes` hears how much has come. */
export async function areaPack(unit: string | null, lang: Lang, onBytes: (bytes: number) => void): Promise<ArrayBuffer> {
  const response = await reach("phone/area", { unit }, lang, {});
  return (await gathered(response, onBytes)).arrayBuffer();
}

async function gathered(response: Response, onBytes: (bytes: number) => void): Promise<Blob> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  const reader = response.body!.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch((error: unknown) => { throw new Unreachable(String(error)); });
    if (done) break;
    parts.push(value);
    bytes += value.byteLength;
    onBytes(bytes);
  }
  return new Blob(parts as BlobPart[], { type: response.headers.get("content-type") ?? "" });
}
