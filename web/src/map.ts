// The map: the only file that owns the OpenLayers Map. Vector only, no base map, nothing from another address.
import OlMap from "ol/Map";
import View from "ol/View";
import ScaleLine from "ol/control/ScaleLine";
import type { Extent } from "ol/extent";
import type Interaction from "ol/interaction/Interaction";
import { defaults as interactions } from "ol/interaction/defaults";
import type { FeatureLike } from "ol/Feature";
import type BaseLayer from "ol/layer/Base";
import { fromLonLat, toLonLat, transformExtent } from "ol/proj";
import type { View as Place } from "./state";

export type { FeatureLike };
export interface LonLat { lon: number; lat: number }

/** Degrees: a frame around Điện Biên, Lai Châu and Lào Cai (with the former Yên Bái), for the first look. */
const REGION: Extent = [102.1, 20.85, 105.15, 22.85];

/** No closer than about 0.15 m a pixel: beyond that the lines pretend to know more than they do. */
const MAX_ZOOM = 20;

/** A finger is wider than a line: pixels around it in which drawn things count as touched. */
const TOUCH_PX = 8;

export interface MapEvents {
  /** `things`: what is drawn there and can tell about itself, top first. */
  onPick(point: LonLat, things: FeatureLike[]): void;
  /** Enter: the point in the middle is meant. */
  onEnter(point: LonLat, things: FeatureLike[]): void;
  onHover(things: FeatureLike[]): void;
  onMove(): void;
  onCursor(point: LonLat | null): void;
}

export interface GMap {
  add(layers: BaseLayer[]): void;
  /** More layers whose features are told to `onPick` and `onHover`. */
  tells(layers: BaseLayer[]): void;
  /** Adds interactions, in order; returns what removes them again. */
  interact(more: Interaction[]): () => void;
  /** The middle, in map units. */
  middle(): number[];
  /** Zoom and middle, for the address. */
  place(): Place;
  go(place: Place): void;
  all(): void;
  zoomBy(levels: number): void;
  /** Brings an extent (map units) into sight, no closer than the margin in metres around it. */
  show(extent: Extent, margin_m: number): void;
  /** What is in sight, in map units. */
  sight(): Extent;
  /** Metres on the ground a pixel, in the middle. */
  resolution_m(): number;
}

export function createMap(target: HTMLElement, events: MapEvents): GMap {
  const view = new View({ maxZoom: MAX_ZOOM, minZoom: 6.5, enableRotation: false, center: fromLonLat([103.6, 21.9]), zoom: 8 });
  const map = new OlMap({
    target,
    view,
    controls: [new ScaleLine({ units: "metric", minWidth: 70 })],
    interactions: interactions({ altShiftDragRotate: false, pinchRotate: false }),
  });
  const lonLat = (coordinate: number[]): LonLat => {
    const [lon, lat] = toLonLat(coordinate) as [number, number];
    return { lon, lat };
  };
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const duration = () => (still.matches ? 0 : 350);

  // Paper has another size than the screen: draw for it, and back again.
  for (const moment of ["beforeprint", "afterprint"]) {
    addEventListener(moment, () => {
      document.body.classList.toggle("printing", moment === "beforeprint");
      map.updateSize();
      map.renderSync();
    });
  }
  const telling: BaseLayer[] = [];
  const under = (pixel: number[]) => {
    const found = map.getFeaturesAtPixel(pixel, { hitTolerance: TOUCH_PX, layerFilter: (layer) => telling.includes(layer) });
    return [...new Set(found)];
  };

  // The first time anybody asks what lies at a pixel OpenLayers times the canvas for 150 ms (ExecutorGroup.js): that is done
  // once all is drawn and nobody waits, not under the first hover.
  const idle = globalThis.requestIdleCallback ?? setTimeout;
  map.once("rendercomplete", () => idle(() => under([0, 0])));

  map.on("click", (event) => events.onPick(lonLat(event.coordinate), under(event.pixel)));
  map.on("moveend", () => events.onMove());
  map.on("pointermove", (event) => {
    events.onCursor(lonLat(event.coordinate));
    const { pointerType } = event.originalEvent as PointerEvent;
    if (!event.dragging && pointerType !== "touch") events.onHover(under(event.pixel));
  });
  target.addEventListener("pointerleave", () => {
    events.onCursor(null);
    events.onHover([]);
  });
  target.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    const middle = view.getCenter()!;
    events.onEnter(lonLat(middle), under(map.getPixelFromCoordinate(middle)));
  });

  return {
    add: (layers) => layers.forEach((layer) => map.addLayer(layer)),
    tells: (layers) => void telling.push(...layers),
    interact(more) {
      more.forEach((one) => map.addInteraction(one));
      return () => more.forEach((one) => map.removeInteraction(one));
    },
    middle: () => view.getCenter()!,
    place() {
      const { lon, lat } = lonLat(view.getCenter()!);
      return { zoom: view.getZoom()!, lon, lat };
    },
    go({ zoom, lon, lat }) {
      view.setZoom(zoom);
      view.setCenter(fromLonLat([lon, lat]));
    },
    all: () => view.fit(transformExtent(REGION, "EPSG:4326", "EPSG:3857"), { padding: [16, 16, 16, 16] }),
    zoomBy: (levels) => view.animate({ zoom: view.getZoom()! + levels, duration: duration() / 2 }),
    show(extent, margin_m) {
      const { lat } = lonLat([extent[0]!, extent[1]!]);
      const stretch = margin_m / Math.cos((lat * Math.PI) / 180); // Web Mercator stretches by 1 / cos φ
      view.fit([extent[0]! - stretch, extent[1]! - stretch, extent[2]! + stretch, extent[3]! + stretch], { duration: duration(), padding: [32, 72, 40, 40] });
    },
    sight: () => view.calculateExtent(map.getSize()),
    resolution_m() {
      const [, lat] = toLonLat(view.getCenter()!) as [number, number];
      return view.getResolution()! * Math.cos((lat * Math.PI) / 180);
    },
  };
}
