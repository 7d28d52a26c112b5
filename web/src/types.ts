// The answers of the server, as its OpenAPI document describes them. Only what the page reads.
import type { FeatureCollection, Geometry } from "geojson";

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

/** What a record rests on. A file is at `api/documents/{sha256}`. */
export interface Document {
  title: string;
  number: string | null;
  date: string | null;
  url: string | null;
  source: string | null;
  file?: Attachment;
}

export interface Attachment { sha256: string; name: string }

/** A claim that stands at the date. */
export interface Claim {
  id: string;
  /** Place of the party in the dispute's list, from 0. */
  party: number;
  filed: string;
  asks_for: "line" | "land";
  crs: string;
  /** 1 : scale; null: not known. */
  scale: number | null;
  document: Document;
}

export type ZoneKind = "derived" | "filed" | "filed_by_one" | "none";

export interface Dispute {
  id: string;
  name: Text;
  status: string;
  status_date: string | null;
  level: string;
  zone: ZoneKind;
  in_zone: boolean;
  distance_m: number | null;
  /** Half the width of a derived zone; null where the zone has another basis. */
  width_m: number | null;
  parties: Party[];
  claims: Claim[];
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

/** A role beside the territory; the text says it in one sentence. What is null is not known. */
export interface Body extends Text {
  role: string;
  known: boolean;
  name: string | null;
  locality: string | null;
  of: UnitRef | null;
  distance_m: number | null;
  probability: number | null;
  /** The unit it was recorded for has ended, and this is what became of it. */
  by_lineage: boolean;
  valid_from: string | null;
  valid_to: string | null;
  basis: Document | null;
}

/** Who acts before the line is settled; the text is the rule in words. */
export interface ActFirst extends Text {
  kind: IncidentKind | null;
  rule: string;
  /** Id of the agreement that gives the rule; null: the program's default. */
  agreement: string | null;
  informed: Named[];
  acts: Named[];
}

export interface Named { code: string; name: string }

export interface Duty { agreement: string; in_force: "yes" | "not_known"; duty: string; text: Text }

export const INCIDENT_KINDS = ["deforestation", "forest_fire", "illegal_logging", "illegal_transport", "encroachment"] as const;
export type IncidentKind = (typeof INCIDENT_KINDS)[number];

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
  /** On the phone: how far its simplified lines may be off, already part of the uncertainty. */
  simplification_m?: number | null;
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
  act_first: ActFirst | null;
  duties: Duty[];
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
  datasets: DatasetStatus[];
  basemap: BaseMap | null;
}

/** Lines and zones about a place, for a small map (GET /api/around, and the phone's engine). */
export interface Around {
  at: string;
  reach_m: number;
  /** No drawn line is farther than this from the dataset's. */
  tolerance_m: number;
  lines: { between: [left: string | null, right: string | null]; lines: [lon: number, lat: number][][] }[];
  zones: { dispute: string; name: Text; half_width_m: number | null; stretch: [number, number][][]; rings: [number, number][][] }[];
}

/** What may be drawn beneath the boundaries, as the server has it. */
export interface BaseMap {
  name: string;
  attribution: string;
  /** With {z}, {x} and {y}: below this server's address where it is `in_file`, else of another server. */
  url: string;
  format: "png" | "jpeg" | "webp" | "avif" | "mvt";
  min_zoom: number;
  max_zoom: number;
  bbox: [west: number, south: number, east: number, north: number] | null;
  in_file: boolean;
}

export interface DatasetStatus {
  id: string;
  title: Text;
  attribution: string | null;
  units: number;
  publisher: string;
  licence: string;
  date: string | null;
  valid_from: string;
  line_accuracy_m: number;
  line_accuracy_basis: Text;
}

/** `faults`: what is wrong with a refused shape, each with its place (degrees, WGS 84; null where it has none). */
export interface Problem { title: string; detail: string; status: number; code: string; faults?: Fault[] }
export interface Fault extends Text { lon: number | null; lat: number | null }

export type Level = "province" | "district" | "commune";
export interface UnitProps { code: string; name: string; kind: string; level: Level; province?: string | null; indicative?: boolean }
export type Units = FeatureCollection<Geometry, UnitProps>;
export interface ZoneProps extends Pick<Dispute, "id" | "name" | "status" | "zone" | "width_m" | "parties" | "claims"> { role: "zone" | "stretch"; at: string }
export interface ClaimProps extends Claim { role: "claim"; dispute: string; name: Text; party_name: Party; at: string }
export type Disputes = FeatureCollection<Geometry, ZoneProps | ClaimProps>;

/** Land that two maps put in different units. Widths and lengths in metres, areas in m². */
export interface SliverProps {
  from: string;
  to: string;
  from_unit: UnitRef;
  to_unit: UnitRef;
  area_m2: number;
  length_m: number;
  width_m: number;
  dataset_a: string;
  dataset_b: string;
  title_a: Text;
  title_b: Text;
  /** Narrower than the lines are accurate. */
  noise: boolean;
  note: Text;
}
export type Slivers = FeatureCollection<Geometry, SliverProps>;

/** A claim as it is sent. The shape in WGS 84 where it was drawn, in `crs` (or as the file says) where it is a file. */
export interface NewClaim {
  by: string;
  /** The party's place in the list, from 1. */
  party: string;
  geojson: object;
  crs: string | null;
  filed: string;
  scale: number | null;
  document: { title: string; number: string | null; date: string | null; file?: Attachment };
}

export interface Made { id: string; notes: Text[] }

/** What a person asks: a position as text, or a point picked on the map (degrees, WGS 84). */
export interface Ask {
  q: string | null;
  point: { lon: number; lat: number } | null;
  crs: string | null;
  accuracy_m: number | null;
  at: string | null;
  /** Kind of incident, for who acts first. */
  kind: IncidentKind | null;
}

export interface Me { user: { id: string; name: string; role: string; unit: string | null } | null; csrf: string | null }

export interface PhotoProgress { id: string; received: number; bytes: number; done: boolean }

/** One locality's line of an incident. */
export interface IncidentLine {
  unit: UnitRef | null;
  role: string;
  joint: boolean;
  state: string;
  state_name: Text;
  due?: Due | null;
}
export interface Due { what: string; name: Text; at: string }

/** What the page reads of an incident; `facts` fields are missing where it is hidden from the asker. */
export interface IncidentProps {
  kind: IncidentKind;
  kind_name: Text;
  state: string;
  state_name: Text;
  version: number;
  verdict: Verdict;
  disputed: boolean;
  occurred_at: string;
  received_at: string;
  changed_at: string;
  demo: boolean;
  hidden: boolean;
  lines: IncidentLine[];
  minutes?: { signed: { unit: UnitRef }[]; missing: string[] } | null;
  device_differs?: Text[];
  due?: Due | null;
}
export interface IncidentFeature { type: "Feature"; id: string; geometry: { type: "Point"; coordinates: [number, number] } | null; properties: IncidentProps }
export interface IncidentPage { type: "FeatureCollection"; features: IncidentFeature[]; numberReturned: number; next: string | null }

/** One thing that somebody can do to an incident; `unit`: the locality whose line it is about. */
export interface Possible { do: string; step?: string; unit?: string; name: Text }

/** One event of an incident's story. */
export interface HistoryEvent { id: string; version: number; at: string; by: string | null; what: string; name: Text; text: string | null; set_aside?: Text }

/** What a name stands for: a unit at its time, or a village that a dispute names. */
export interface Found {
  name: string;
  what: "unit" | "village";
  level?: Level;
  dispute?: string;
  dispute_name?: Text;
  unit: UnitRef & { code: string };
  valid_from: string | null;
  valid_to: string | null;
  became: (UnitRef & { code: string })[];
}

/** A collection of the OGC API. */
export interface Collection {
  id: string;
  title: string;
  description: string;
  attribution: string;
  license: string;
  links: { rel: string; type: string; href: string; title: string }[];
}
export interface Schema { properties: Record<string, { title?: string; type?: string; format?: string }> }
export interface Items { features: { id: string | number; properties: Record<string, unknown> }[]; numberMatched?: number; numberReturned: number }

/** What was understood of a file, before or after it is taken in. */
export interface Understood {
  format: string;
  layer: string;
  crs: string | null;
  crs_in_file: string;
  encoding: string | null;
  rows: number;
  columns: string[];
  mapping: [string, string][];
  matched: number;
  unmatched: string[];
  known: number;
  taken: number;
  notes: Text[];
}
