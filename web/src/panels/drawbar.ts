// The buttons over the map while a shape is drawn: large, and enough to draw without a mouse.
import { el } from "../dom";
import type { Drawing, Sketch } from "../draw";
import { distance, hectares } from "../format";
import { t } from "../i18n";

/** "đã đặt 3 điểm · 1,2 km". */
export function sketchWords(s: Sketch): string {
  const size = s.area_m2 === null ? distance(s.length_m) : hectares(s.area_m2);
  return s.points < 2 ? t("drawnPoints", { count: s.points }) : `${t("drawnPoints", { count: s.points })} · ${size}`;
}

export interface Drawbar {
  /** Draws the buttons in the language shown. */
  render(): void;
  /** Follows the sketch without taking the focus off a button. */
  follow(): void;
}

export function drawbar(box: HTMLElement, drawing: Drawing): Drawbar {
  let undo: HTMLButtonElement | null = null;
  let finish: HTMLButtonElement | null = null;
  let note: HTMLElement | null = null;
  const follow = () => {
    const sketch = drawing.sketch();
    box.hidden = sketch.phase !== "drawing";
    if (undo) undo.disabled = sketch.points === 0;
    if (finish) finish.disabled = !sketch.enough;
    if (note) note.textContent = sketch.points === 0 ? t("drawHint") : sketchWords(sketch);
  };
  return {
    follow,
    render() {
      const button = (text: string, name: string, onclick: () => void, cls = "plain") => el("button", { type: "button", class: cls, "data-draw": name, onclick }, text);
      undo = button(t("drawUndo"), "undo", drawing.undo);
      finish = button(t("drawFinish"), "finish", drawing.finish, "primary");
      note = el("p", { role: "status" });
      box.replaceChildren(
        el("div", { class: "drawbuttons" }, button(t("drawPoint"), "point", drawing.pointInMiddle), undo, finish, button(t("drawCancel"), "cancel", drawing.cancel)),
        note);
      follow();
    },
  };
}
