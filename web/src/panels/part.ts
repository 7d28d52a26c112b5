// The shapes the parts of an answer share: a titled section, and rows of term and value.
import { el } from "../dom";

export const part = (title: string, name: string, ...children: (Node | string | null | false)[]) =>
  el("section", { class: `part part-${name}` }, el("h3", {}, title), ...children);

export function facts(...rows: ([string, Node | string] | null)[]): HTMLElement {
  const dl = el("dl", { class: "facts" });
  for (const row of rows) if (row) dl.append(el("div", {}, el("dt", {}, row[0]), el("dd", {}, row[1])));
  return dl;
}
