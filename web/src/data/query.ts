// The question that the filter builds: shown as an address, asked, and downloaded. CQL2 text (OGC 21-065r2).

export const OPERATORS = ["eq", "ne", "lt", "gt", "like"] as const;
export type Operator = (typeof OPERATORS)[number];
const SIGN: Record<Operator, string> = { eq: "=", ne: "<>", lt: "<", gt: ">", like: "LIKE" };

export interface Wanted {
  collection: string;
  field: string;
  /** JSON-schema type of the field, and its format. */
  type: string;
  format: string | null;
  operator: Operator;
  value: string;
  day: string;
  box: string;
}

/** A value as CQL2 writes it: text in single quotes, doubled inside; numbers and truth values bare. */
export function literal(value: string, type: string, format: string | null): string {
  const quoted = `'${value.replaceAll("'", "''")}'`;
  if (type === "number" || type === "integer") return Number.isFinite(Number(value)) && value.trim() !== "" ? String(Number(value)) : quoted;
  if (type === "boolean") return /^(true|1|có|yes)$/i.test(value.trim()) ? "TRUE" : "FALSE";
  if (format === "date") return `DATE(${quoted})`;
  if (format === "date-time") return `TIMESTAMP(${quoted})`;
  return quoted;
}

/** Path and parameters of the question, below the server's own address. */
export function question(w: Wanted, more: Record<string, string> = {}): string {
  const p = new URLSearchParams();
  if (w.field && w.value.trim()) {
    p.set("filter", `${w.field} ${SIGN[w.operator]} ${literal(w.value.trim(), w.type, w.format)}`);
    p.set("filter-lang", "cql2-text");
  }
  if (w.day) p.set("datetime", w.day);
  if (w.box.trim()) p.set("bbox", w.box.replaceAll(/\s+/g, ""));
  for (const [key, value] of Object.entries(more)) p.set(key, value);
  const text = p.toString();
  return `ogc/collections/${encodeURIComponent(w.collection)}/items${text ? `?${text}` : ""}`;
}
