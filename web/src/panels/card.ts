// What a drawn claim or sliver tells about itself, when it is pointed at or touched.
import { el } from "../dom";
import { date, distance, hectares, scale } from "../format";
import { claimSwatch, closeIcon, sliverSwatch } from "../icons";
import { lang, say, t, word } from "../i18n";
import type { ClaimProps, SliverProps } from "../types";
import { paper, partyThen, unit, units } from "../words";
import { dossierAddress } from "./disputes";
import { facts } from "./part";
import { MOST_AT_ONE_PLACE as MOST } from "./slivers";

export type Thing = ClaimProps | (SliverProps & { role: "sliver" });

/** The card on the map: a touch keeps it open until it is closed, a pointer shows it in passing. */
export function told(box: HTMLElement) {
  let kept: Thing[] = [];
  let passing: Thing[] = [];
  const render = () => (kept.length > 0 ? renderCard(box, kept, close) : renderCard(box, passing, null));
  function close(): void {
    kept = passing = [];
    render();
  }
  return {
    render,
    touch(features: Told[]) {
      kept = thingsOf(features);
      passing = [];
      render();
    },
    point(features: Told[]) {
      if (kept.length > 0) return;
      const next = thingsOf(features);
      if (next.length === passing.length && next.every((thing, i) => keyOf(thing) === keyOf(passing[i]!))) return;
      passing = next;
      render();
    },
  };
}

/** What the map gives: a feature with the properties it came with. */
interface Told { getProperties(): object }

/** Claims in the order of the record, whichever happens to be drawn on top. */
export const thingsOf = (features: Told[]): Thing[] =>
  features.map((f) => f.getProperties() as Thing).filter((p) => p.role === "claim" || p.role === "sliver")
    .sort((a, b) => (a.role === "claim" && b.role === "claim" ? a.dispute.localeCompare(b.dispute) || a.party - b.party : a.role.localeCompare(b.role)));

const keyOf = (thing: Thing) => (thing.role === "claim" ? thing.id : `${thing.from} ${thing.to} ${thing.area_m2} ${thing.dataset_a}`);

/** `onClose` null: it goes when the pointer goes. */
function renderCard(box: HTMLElement, things: Thing[], onClose: (() => void) | null): void {
  box.hidden = things.length === 0;
  box.classList.toggle("passing", onClose === null);
  const close = onClose && el("button", { type: "button", class: "close", "aria-label": t("close"), title: t("close"), onclick: onClose }, closeIcon());
  box.replaceChildren(...(things.length === 0 ? [] : [
    ...(close ? [close] : []),
    ...things.slice(0, MOST).map((thing) => (thing.role === "claim" ? claim(thing) : sliver(thing))),
    ...(things.length > MOST ? [el("p", { class: "muted" }, t("moreHere", { count: things.length - MOST }))] : []),
  ]));
}

function claim(c: ClaimProps): HTMLElement {
  const { file, url } = c.document;
  return el("article", { class: "told" },
    el("h2", {}, claimSwatch(c.party), el("span", {}, t("claimOf", { dispute: say(c.name) }))),
    facts(
      [t("claimParty"), `${partyThen(c.party_name)} → ${units(c.party_name.now) || t("notKnown")}`],
      [t("claimAsks"), word("claim", c.asks_for)],
      [t("claimDate"), date(c.filed)],
      [t("scale"), `${c.scale ? scale(c.scale) : t("notKnown")} · ${c.crs}`],
      [t("document"), el("span", {}, paper(c.document),
        file ? " · " : "", file ? el("a", { href: `./api/documents/${file.sha256}`, download: file.name }, file.name) : "",
        url && /^https?:/.test(url) ? " · " : "", url && /^https?:/.test(url) ? el("a", { href: url, rel: "noreferrer" }, url) : "")]),
    el("p", {}, el("a", { href: dossierAddress(c.dispute, c.at) }, t("dossier"))));
}

function sliver(s: SliverProps): HTMLElement {
  return el("article", { class: "told" },
    el("h2", {}, sliverSwatch(s.noise), el("span", {}, t("mapsDiffer"))),
    facts(
      [say(s.title_a), unit(s.from_unit)],
      [say(s.title_b), unit(s.to_unit)],
      [t("area"), hectares(s.area_m2)],
      [t("widestGap"), distance(s.width_m)]),
    s.noise && el("p", { class: "note" }, t("sliverNoise")),
    el("p", { class: "muted" }, say(s.note)),
    el("p", {}, el("a", { href: `./slivers?lang=${lang()}` }, t("sliversAll"))));
}
