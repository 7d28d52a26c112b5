// A claim while it is being written: what is typed, what is still missing, and what is sent.
import type { LineString, Polygon } from "geojson";
import type { Key } from "./i18n";
import { rounded, type FiledFile } from "./shape";
import type { Attachment, NewClaim } from "./types";

export type How = "line" | "land" | "file";

export interface Draft {
  /** Place of the party in the record, from 0; nobody is chosen beforehand. */
  party: number | null;
  how: How;
  file: FiledFile | null;
  /** System of the file's numbers; null: as the file says, else WGS 84. */
  crs: string | null;
  filed: string;
  scale: string;
  title: string;
  number: string;
  dated: string;
  paper: File | null;
  by: string;
}

export type Field = "party" | "shape" | "filed" | "scale" | "title" | "by";

export const emptyDraft = (today: string, by: string): Draft =>
  ({ party: null, how: "line", file: null, crs: null, filed: today, scale: "", title: "", number: "", dated: "", paper: null, by });

/** "1:10 000", "1/10.000" and "10000" are the same scale; null: none is given; NaN: it cannot be read. */
export function readScale(text: string): number | null {
  const digits = text.trim().replace(/^1\s*[:/]\s*/, "").replace(/[\s.,\u202f]/g, "");
  if (digits === "") return null;
  return /^[1-9]\d{1,7}$/.test(digits) ? Number(digits) : NaN;
}

/** What has to be mended before it can be sent, in the order of the form. `today`: civil date of the server. */
export function missing(draft: Draft, drawn: LineString | Polygon | null, today: string): [Field, Key][] {
  const faults: [Field, Key][] = [];
  if (draft.party === null) faults.push(["party", "missingParty"]);
  if (draft.how === "file" ? !draft.file : !drawn) faults.push(["shape", draft.how === "file" ? "missingFile" : "missingShape"]);
  if (!draft.filed) faults.push(["filed", "missingFiled"]);
  else if (draft.filed > today) faults.push(["filed", "filedInFuture"]);
  if (Number.isNaN(readScale(draft.scale))) faults.push(["scale", "badScale"]);
  if (!draft.title.trim()) faults.push(["title", "missingTitle"]);
  if (!draft.by.trim()) faults.push(["by", "missingBy"]);
  return faults;
}

export function toClaim(draft: Draft, drawn: LineString | Polygon | null, file: Attachment | null): NewClaim {
  const fromFile = draft.how === "file";
  return {
    by: draft.by.trim(),
    party: String(draft.party! + 1),
    geojson: fromFile ? draft.file!.geojson : rounded(drawn!),
    crs: fromFile ? draft.crs : "EPSG:4326",
    filed: draft.filed,
    scale: readScale(draft.scale),
    document: { title: draft.title.trim(), number: draft.number.trim() || null, date: draft.dated || null, ...(file ? { file } : {}) },
  };
}
