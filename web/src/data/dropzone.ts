// A place on the page that takes one file, dropped or chosen.
import { el } from "../dom";

export function dropzone(id: string, label: string, accept: string, take: (file: File) => void, ...content: (HTMLElement | string)[]): HTMLElement {
  const input = el("input", { type: "file", accept, class: "hiddenfile", id: `${id}file` });
  const zone = el("div", { class: "dropzone", id }, ...content.slice(0, -1), el("label", { class: "primary filebutton" }, input, label), ...content.slice(-1));
  input.addEventListener("change", () => {
    const chosen = input.files?.[0];
    if (chosen) take(chosen);
    // The same file may be chosen again.
    input.value = "";
  });
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    const dropped = event.dataTransfer?.files[0];
    if (dropped) take(dropped);
  });
  return zone;
}
