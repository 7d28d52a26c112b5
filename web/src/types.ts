// The answers of the server, as its OpenAPI document describes them. Only what the page reads.
import type { Feature, FeatureCollection, Geometry } from "geojson";

export type Lang = "vi" | "en";
export type Text = Record<Lang, string>;

export type Verdict = "sole" | "disputed" | "uncertain" | "none" | "ambiguous_position" | "not_known";
export type Reason = "boundary_data_defect" | "commune_not_known" | "before_first_source";

/** The code is null where it is not known which unit it is. */
export interface UnitRef { code: string | null; name: string; province?: string | null; district?: string | null }

export interface Reading {
  crs: string;
  name: Text;
  why: string;
  lon: number;
  lat: number;
  commune: UnitRef | null;
}

export interface Position {
  /** Degrees, WGS 84; null while the position is ambiguous. */
  lon: number | null;
  lat: number | null;
  /** 68 % radius in metres; null: not known. */
  accuracy_m: number | null;
  as_typed: string;
  read_as: { crs: string; name: Text } | null;
  notes: ({ code: string } & Text)[];
  other_readings: Reading[];
}

export interface Locality {
  /** Null: which of the candidates it is, is not known. */
  code: string | null;
  name: string;
  kind: string;
  province: string | null;
  district: string | null;
  role: string;
  probability: number;
  distance_m: number;
  contains: boolean;
  party: boolean;
  candidates: UnitRef[];
  became: UnitRef[];
}

export interface Boundary {
  distance_m: number;
  /** Clockwise from north; null on the line itself. */
  bearing_deg: number | null;
  between: (UnitRef | null)[];
  lon: number;
  lat: number;
}

export interface Party { village: string | null; then: UnitRef; now: UnitRef[] }

export interface Dispute {
  id: string;
  name: Text;
  status: string;
  status_date: string | null;
  level: string;
  zone: "derived" | "filed" | "none";
  in_zone: boolean;
  distance_m: number | null;
  width_m: number | null;
  parties: Party[];
  became: Text | null;
  note: Text | null;
}

export interface Agreement {
  id: string;
  title: Text;
  signed: string | null;
  valid: { from: string | null; to: string | null } | null;
  in_force: string;
  obligations: Text[];
  parties_then: (UnitRef & { role: string })[];
  parties_now: UnitRef[];
  note: Text | null;
}

/** A role beside the territory; the text names it and says whether anything is known. */
export interface Body extends Text { role: string; known: boolean }

export interface MapReading {
  dataset: string;
  title: Text;
  level: string;
  code: string | null;
  name: string | null;
  agrees: boolean;
}

export interface Basis {
  dataset: string;
  title: Text;
  publisher: string | null;
  licence: string | null;
  date: string | null;
  line_accuracy_m: number | null;
  gps_sigma_m: number | null;
  /** True where the person gave no accuracy and a stated default stands in. */
  gps_assumed: boolean;
  indicative: boolean;
  legal_act: string | null;
}

export interface Answer {
  verdict: Verdict;
  reason: Reason | null;
  position: Position;
  at: string;
  localities: Locality[];
  boundary: Boundary | null;
  disputes: Dispute[];
  agreements: Agreement[];
  bodies: Body[];
  readings: MapReading[];
  datasets_disagree: boolean;
  basis: Basis | null;
  explanation: Text;
}

export interface Status {
  version: string;
  indicative: boolean;
  today: string;
  first_date: string;
  crs: { code: string; name: Text }[];
  datasets: { id: string; title: Text; attribution: string | null }[];
}

export interface Problem { title: string; detail: string; status: number; code: string }

export type Level = "province" | "district" | "commune";
export interface UnitProps { code: string; name: string; kind: string; level: Level; province?: string | null; indicative?: boolean }
export type Units = FeatureCollection<Geometry, UnitProps>;
export type DisputeFeature = Feature<Geometry, Pick<Dispute, "id" | "name" | "status"> & { role: "zone" | "stretch" }>;
export type Disputes = FeatureCollection<Geometry, DisputeFeature["properties"]>;

/** What a person asks: a position as text, or a point picked on the map (degrees, WGS 84). */
export interface Ask {
  q: string | null;
  point: { lon: number; lat: number } | null;
  crs: string | null;
  accuracy_m: number | null;
  at: string | null;
}
