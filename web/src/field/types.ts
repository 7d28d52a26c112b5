// What the page for the field keeps on the phone.
import type { Answer, IncidentKind } from "../types";
import type { KeptBase } from "./basekeep";

export type How = "gps" | "typed" | "walked" | "mock";

/** Where something is, as it was obtained. Either `lon` and `lat` (degrees, WGS 84) or `text` as typed. */
export interface Place {
  how: How;
  lon: number | null;
  lat: number | null;
  text: string | null;
  crs: string | null;
  /** 68 % radius, metres; null: not known. */
  accuracy_m: number | null;
}

export type OutboxState = "draft" | "waiting" | "sending" | "received" | "refused";

/** A report on this phone. Only `received` may be removed without asking. */
export interface Report {
  /** UUIDv7; the incident's id on the server, so that sending twice makes one. */
  id: string;
  /** Who wrote it: only that person's session sends it. Null: nobody was signed in. */
  by: string | null;
  state: OutboxState;
  made_at: string;
  changed_at: string;
  kind: IncidentKind | null;
  place: Place | null;
  /** Longitude and latitude in order, not closed; walked around with the receiver on. */
  perimeter: [lon: number, lat: number][];
  /** Local time as the form holds it, "2026-11-23T09:05". */
  occurred: string;
  description: string;
  area_ha: string;
  /** What the phone or the server answered on the spot. */
  answer: Answer | null;
  photos: PhotoRef[];
  /** Why the server refused it, in words. */
  refusal: string | null;
  /** What the server answered, once it has it. */
  receipt: Receipt | null;
}

export interface PhotoRef { id: string; name: string; bytes: number; sent: boolean }

export interface Receipt {
  received_at: string;
  verdict: string;
  localities: string[];
  /** Why it differs from the phone's answer; empty where it does not. */
  differs: { vi: string; en: string }[];
}

/** An area that was taken along. */
export interface Area {
  /** Code of the unit, or "all". */
  id: string;
  name: string;
  taken_at: string;
  pack: ArrayBuffer;
  /** The base map of it, where one was taken along. */
  base?: KeptBase | null;
}

export interface Person { id: string; name: string; role: string }
