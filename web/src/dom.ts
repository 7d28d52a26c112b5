// Elements from plain values. Text goes in as text nodes, never as markup: names and notes come from outside.

type Child = Node | string | null | undefined | false;
type Attrs = Record<string, string | number | boolean | null | undefined | ((event: Event) => void)>;

/** An element with attributes, `on…` listeners and children; `null` and `false` are left out. */
export function el<K extends keyof HTMLElementTagNameMap>(tag: K, attrs: Attrs = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  set(node, attrs);
  append(node, children);
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

export function svg(tag: string, attrs: Attrs = {}, ...children: Child[]): SVGElement {
  const node = document.createElementNS(SVG, tag);
  set(node, attrs);
  append(node, children);
  return node;
}

function set(node: Element, attrs: Attrs): void {
  for (const [key, value] of Object.entries(attrs)) {
    if (typeof value === "function") node.addEventListener(key.slice(2), value);
    else if (value === true) node.setAttribute(key, "");
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(key, String(value));
  }
}

function append(node: Element, children: Child[]): void {
  for (const child of children) {
    if (child !== null && child !== undefined && child !== false) node.append(child);
  }
}

/** The element with this id; the page's own markup has it, so its absence is a mistake in the code. */
export function byId<T extends HTMLElement>(id: string): T {
  const node = document.getElementById(id);
  if (!node) throw new Error(`no element #${id}`);
  return node as T;
}

/** Draws a part anew and leaves the focus where it was: what comes from outside must not take a person's place away. */
export function keepingFocus(box: HTMLElement, draw: () => void): void {
  const active = document.activeElement;
  const again = active instanceof HTMLElement && box.contains(active) ? selectorOf(active) : null;
  draw();
  if (again && !box.contains(document.activeElement)) box.querySelector<HTMLElement>(again)?.focus();
}

/** How to find an element that is drawn again: by its own name, or as the same kind of thing in the same row. */
function selectorOf(node: HTMLElement): string | null {
  for (const own of ["id", "name", "href"]) {
    const value = node.getAttribute(own);
    if (value) return `${node.localName}[${own}="${CSS.escape(value)}"]`;
  }
  const row = node.closest<HTMLElement>("[data-incident], [data-id]");
  if (!row) return null;
  const which = row.dataset["incident"] ? "data-incident" : "data-id";
  return `[${which}="${CSS.escape(row.getAttribute(which)!)}"] ${node.localName}`;
}
