// What the map shows and how to read it: the legend, and the layers that can be switched on.
import { el } from "../dom";
import { hectares } from "../format";
import { claimSwatch, clusterSwatch, incidentSwatch, lineSwatch, outerSwatch, sliverSwatch, stretchSwatch, zoneSwatch } from "../icons";
import { lang, say, t } from "../i18n";
import type { BaseMap, ClaimProps, Disputes } from "../types";
import { themeChoice } from "../theme";
import { partyShort } from "../words";

export interface LayersState { slivers: boolean; busy: boolean; failed: boolean; from_m2: number; base: { map: BaseMap; on: boolean; failed: boolean } | null }
export interface LayersActions { onSlivers(on: boolean): void; onBase(on: boolean): void }

export function renderLayers(box: HTMLElement, disputes: Disputes | null, state: LayersState, { onSlivers, onBase }: LayersActions): void {
  const check = el("input", { type: "checkbox", name: "slivers", checked: state.slivers, onchange: (event) => onSlivers((event.target as HTMLInputElement).checked) });
  box.replaceChildren(
    el("h2", {}, t("layers")),
    el("label", { class: "check" }, check, el("span", {}, t("sliversLayer"))),
    el("p", { class: "muted", role: "status" }, state.busy ? t("sliversLoading") : state.failed ? t("sliversFailed") : ""),
    el("p", { class: "muted" }, t("sliversNote", { area: hectares(state.from_m2) }), " ", el("a", { href: `./slivers?lang=${lang()}` }, t("sliversAll"))),
    ...basePart(state.base, onBase),
    el("h2", {}, t("legend")),
    legend(disputes, state.slivers),
    themeChoice());
}

/** What is on a base map is not said by giapranh: whose it is stands beside it, and that it decides nothing. */
function basePart(base: LayersState["base"], onBase: (on: boolean) => void): HTMLElement[] {
  if (!base) return [];
  const check = el("input", { type: "checkbox", name: "basemap", checked: base.on, onchange: (event) => onBase((event.target as HTMLInputElement).checked) });
  return [
    el("label", { class: "check" }, check, el("span", {}, t("basemapLayer", { name: base.map.name }))),
    el("p", { class: "muted", role: "status" }, base.on && base.failed ? t("basemapFailed") : ""),
    el("p", { class: "muted" }, t("basemapNote")),
  ];
}

export function legend(disputes: Disputes | null, slivers: boolean): HTMLElement {
  const row = (swatch: SVGElement, text: string) => el("li", {}, swatch, el("span", {}, text));
  const claims = (disputes?.features ?? []).map((f) => f.properties).filter((p) => p.role === "claim");
  return el("ul", { class: "legend" },
    row(outerSwatch(), t("legendOuter")),
    row(lineSwatch("province"), t("legendProvince")),
    row(lineSwatch("commune"), t("legendCommune")),
    row(stretchSwatch(), t("legendStretch")),
    row(zoneSwatch(false), t("legendDerived")),
    row(zoneSwatch(true), t("legendFiled")),
    claims.length === 0 ? row(claimSwatch(0), t("legendClaimFirst")) : null,
    claims.length === 0 ? row(claimSwatch(1), t("legendClaimSecond")) : null,
    ...inOrder(claims).map((c) => row(claimSwatch(c.party), t("legendClaim", { dispute: say(c.name), party: partyShort(c.party_name) }))),
    row(incidentSwatch(), t("legendIncidents")),
    row(clusterSwatch(), t("legendCluster")),
    slivers && row(sliverSwatch(false), t("legendSliver")),
    slivers && row(sliverSwatch(true), t("legendNoise")));
}

/** Under each dispute its parties in the order of the record; a party's line style once. */
function inOrder(claims: ClaimProps[]): ClaimProps[] {
  const once = new Map(claims.map((c) => [`${c.dispute} ${c.party}`, c]));
  return [...once.values()].sort((a, b) => a.dispute.localeCompare(b.dispute) || a.party - b.party);
}
