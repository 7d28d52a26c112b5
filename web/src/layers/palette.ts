// The colours of the map, read from the stylesheet, so that page and map share one palette and one dark theme.
import Fill from "ol/style/Fill";
import Stroke from "ol/style/Stroke";
import Text from "ol/style/Text";

const NAMES = ["outside", "land", "commune", "district", "province", "halo", "label", "zone", "stretch", "select", "lit", "point", "near", "claim1", "claim2", "claim3", "sliver", "fault", "draw", "incident"] as const;
export type Palette = Record<(typeof NAMES)[number], string>;

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--map-${name}`).trim()])) as Palette;
}

export const FONT = '"Noto Sans", sans-serif';

export const label = (text: string, p: Palette, size_px: number, weight: 400 | 700, more: ConstructorParameters<typeof Text>[0] = {}) =>
  new Text({
    text,
    font: `${weight} ${size_px}px ${FONT}`,
    fill: new Fill({ color: p.label }),
    stroke: new Stroke({ color: p.halo, width: 3.5 }),
    ...more,
  });

/** Diagonal hatching in one neutral colour, for land that neither side is shown as owning. */
export function hatch(colour: string): CanvasPattern | string {
  const scale = devicePixelRatio || 1;
  const size = Math.round(9 * scale);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const context = canvas.getContext("2d");
  if (!context) return colour;
  context.strokeStyle = colour;
  context.lineWidth = 1.6 * scale;
  context.beginPath();
  for (const offset of [-size, 0, size]) {
    context.moveTo(offset - 1, size + 1);
    context.lineTo(offset + size + 1, -1);
  }
  context.stroke();
  return context.createPattern(canvas, "repeat") ?? colour;
}
