// What lies beneath the boundaries: the base map, where the server has one, switched on and off, with whose it is in sight.
import type BaseLayer from "ol/layer/Base";
import { byId } from "./dom";
import { t } from "./i18n";
import type { GMap } from "./map";
import { rememberBasemap, rememberedBasemap } from "./prefs";
import type { BaseMap } from "./types";

export interface Beneath {
  /** What the server has; once known. */
  has(map: BaseMap): void;
  state(): { map: BaseMap; on: boolean; failed: boolean } | null;
  show(on: boolean): void;
  render(): void;
}

/** `onChange`: it came to be, or stopped being, drawn, or its tiles fail; `covers`: nothing shows through it. */
export function beneath(map: GMap, onChange: (covers: boolean) => void): Beneath {
  let known: BaseMap | null = null;
  let on = rememberedBasemap();
  let failed = false;
  let layer: Promise<BaseLayer> | null = null;

  /** Vector tiles are lines and shapes on the land. */
  const covers = () => known !== null && on && known.format !== "mvt";

  function loaded(which: BaseMap): Promise<BaseLayer> {
    const failing = (now: boolean) => {
      if (now === failed) return;
      failed = now;
      onChange(covers());
    };
    layer ??= import("./layers/basemap").then(async ({ baseLayer }) => {
      const made = await baseLayer(which, failing);
      map.add([made]);
      return made;
    });
    layer.catch(() => {
      layer = null;
      failing(true);
    });
    return layer;
  }

  function draw(): void {
    render();
    onChange(covers());
    if (known && (on || layer)) loaded(known).then((made) => made.setVisible(on), () => undefined);
  }

  function render(): void {
    const credit = byId("basemapcredit");
    credit.hidden = !known || !on;
    credit.textContent = known ? t("basemapCredit", { whose: known.attribution }) : "";
  }

  return {
    has(which) {
      known = which;
      draw();
    },
    state: () => known && { map: known, on, failed },
    show(now) {
      on = now;
      rememberBasemap(on);
      draw();
    },
    render,
  };
}
