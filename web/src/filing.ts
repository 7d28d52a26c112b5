// Filing a claim, from the dispute in the panel to the zone that rests on it: joins form, drawing and server.
import * as api from "./api";
import type { Atlas } from "./atlas";
import { getArea, intersects } from "ol/extent";
import { byId } from "./dom";
import { drawing } from "./draw";
import { emptyDraft, missing, toClaim, type Draft } from "./draft";
import { lang, t } from "./i18n";
import { faultLayer } from "./layers/faults";
import { readPalette } from "./layers/palette";
import { onThemeChange } from "./theme";
import type { GMap } from "./map";
import { claimForm, type ClaimForm } from "./panels/claimform";
import { refusal, taken, type Taken } from "./panels/claimresult";
import { drawbar, sketchWords } from "./panels/drawbar";
import { rememberedName, rememberName } from "./prefs";
import { onGround, readFile } from "./shape";
import { dropClaim } from "./state";
import type { Attachment, Dispute, Status, ZoneProps } from "./types";

/** Room around a dispute, a file or a fault that is shown, in metres. */
const MARGIN_M = 800;

/** A view this many times larger than the dispute is too far away to draw in. */
const FAR = 4;

/** No larger GeoJSON is taken by the server. */
const MAX_GEOJSON_BYTES = 8 * 1024 * 1024;

export interface Filing {
  /** True while a claim is being filed: a touch of the map then asks nothing. */
  active(): boolean;
  open(dispute: Dispute): void;
  close(): void;
  /** Enter on the map: a point in its middle, while a shape is drawn. */
  enter(): void;
  /** The map has moved: other lines are near. */
  moved(): void;
  /** The language has changed. */
  render(): void;
}

export interface FilingHooks {
  status(): Status | null;
  /** The date the map shows. */
  at(): string;
  /** Something was filed: what is drawn and answered has changed. */
  onFiled(): Promise<void>;
  onClosed(): void;
}

export function filing(map: GMap, boundaries: Atlas, hooks: FilingHooks): Filing {
  const box = byId("filing");
  let dispute: Dispute | null = null;
  let draft: Draft | null = null;
  let form: ClaimForm | null = null;
  let done: Taken | null = null;
  const drafts = new Map<string, Draft>();
  let kept: { paper: File; attachment: Attachment } | null = null;

  const sketch = drawing(map, () => {
    document.body.classList.toggle("drawing", sketch.sketch().phase === "drawing");
    const held = byId("drawbar").contains(document.activeElement);
    bar.follow();
    // The pressed button is gone with its bar: the keyboard goes on where drawing began.
    if (held && byId("drawbar").hidden) form?.drawButton.focus({ preventScroll: true });
    noteShape();
  });
  const bar = drawbar(byId("drawbar"), sketch);
  const marks = faultLayer();
  map.add([sketch.layer, marks.layer]);
  const paint = () => {
    const palette = readPalette();
    sketch.paint(palette);
    marks.paint(palette);
  };
  paint();
  onThemeChange(paint);

  function noteShape(): void {
    if (!form || !draft) return;
    const now = sketch.sketch();
    if (draft.how === "file") return;
    form.shapeNote(now.phase === "done" ? `${sketchWords(now)}. ${t("drawMend")}` : now.phase === "drawing" ? t("drawOnMap") : "", false);
  }

  function begin(): void {
    if (!draft || draft.how === "file") return;
    marks.set([]);
    boundaries.answer.clear();
    sketch.snapTo(boundaries.lines());
    sketch.begin(draft.how);
    bar.render();
    byId("map").focus({ preventScroll: true });
    byId("map").scrollIntoView({ block: "nearest" });
  }

  async function takeFile(file: File): Promise<void> {
    if (!draft || !form) return;
    draft.file = null;
    sketch.clear();
    if (file.size > MAX_GEOJSON_BYTES) return form.shapeNote(t("fileTooBig"), true);
    const read = readFile(file.name, await file.text());
    if (typeof read === "string") return form.shapeNote(t(read), true);
    draft.file = read;
    look();
  }

  /** Draws the chosen file where its numbers fall in the chosen system: a wrong one is seen at once. */
  function look(): void {
    if (!draft?.file || !form) return;
    const { file } = draft;
    const shapes = onGround(file.geometries, draft.crs ?? file.crs);
    sketch.preview(shapes ?? []);
    const extent = sketch.extent();
    if (extent) map.show(extent, MARGIN_M);
    form.shapeNote(t(shapes ? "fileDrawn" : "fileNotDrawn", { name: file.name, crs: draft.crs ?? file.crs ?? "WGS 84" }), false);
  }

  async function submit(): Promise<void> {
    if (!draft || !form || !dispute) return;
    const now = form;
    const drawn = draft.how === "file" ? null : sketch.shape();
    const faults = missing(draft, drawn, hooks.status()?.today ?? hooks.at());
    now.result.replaceChildren();
    marks.set([]);
    now.faults(faults);
    if (faults.length > 0) return;
    now.busy(true);
    try {
      const made = await api.fileClaim(dispute.id, toClaim(draft, drawn, await attach(draft.paper)), lang());
      rememberName(draft.by.trim());
      await hooks.onFiled().catch(() => undefined);
      const zone = boundaries.disputes()?.features.map((f) => f.properties).find((p): p is ZoneProps => p.role === "zone" && p.id === dispute!.id) ?? null;
      done = { made, dispute, filed: draft.filed, at: hooks.at(), zone };
      draft = emptyDraft(draft.filed, draft.by);
      drafts.set(dispute.id, draft);
      kept = null;
      sketch.clear();
      render();
      const extent = boundaries.extentOf(dispute.id);
      if (extent) map.show(extent, MARGIN_M);
      box.querySelector("h2")?.focus();
      box.parentElement?.scrollTo({ top: 0 });
    } catch (error) {
      now.result.replaceChildren(refusal(error, showFault));
      if (error instanceof api.Refused) marks.set(error.problem.faults ?? []);
      const extent = marks.extent();
      if (extent) map.show(extent, MARGIN_M);
      now.result.scrollIntoView({ block: "nearest" });
    } finally {
      now.busy(false);
    }
  }

  /** The paper is sent once, however often the claim is tried. */
  async function attach(paper: File | null): Promise<Attachment | null> {
    if (!paper) return null;
    if (kept?.paper !== paper) kept = { paper, attachment: await api.keepDocument(paper, lang()) };
    return kept.attachment;
  }

  function showFault(index: number): void {
    const extent = marks.extent(index);
    if (extent) map.show(extent, MARGIN_M / 4);
    byId("map").scrollIntoView({ block: "nearest" });
  }

  function render(): void {
    if (!dispute || !draft) return;
    if (done) {
      form = null;
      box.replaceChildren(taken(done, () => { done = null; render(); }, close));
      return;
    }
    form = claimForm(dispute, hooks.at(), draft, hooks.status(), {
      onSubmit: () => void submit(),
      onClose: close,
      onHow: () => {
        marks.set([]);
        sketch.clear();
        form?.shapeNote("", false);
        look();
      },
      onDraw: begin,
      onFile: (file) => void takeFile(file),
      onCrs: look,
    });
    box.replaceChildren(form.node);
    bar.render();
    noteShape();
    look();
  }

  function close(): void {
    if (!dispute) return;
    dispute = draft = form = done = kept = null;
    sketch.clear();
    marks.set([]);
    box.replaceChildren();
    document.body.classList.remove("filing");
    dropClaim();
    hooks.onClosed();
  }

  // Escape gives up what is being drawn; the next one leaves the form, unless a finished shape would be lost with it.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !dispute) return;
    const { phase } = sketch.sketch();
    if (phase === "drawing") sketch.cancel();
    else if (phase === "none" && box.contains(event.target as Node)) close();
  });

  return {
    active: () => dispute !== null,
    open(which) {
      dispute = which;
      draft = drafts.get(which.id) ?? emptyDraft(hooks.status()?.today ?? hooks.at(), rememberedName());
      drafts.set(which.id, draft);
      done = null;
      document.body.classList.add("filing");
      render();
      const extent = boundaries.extentOf(which.id);
      const sight = map.sight();
      if (extent && !(intersects(extent, sight) && getArea(sight) < FAR * getArea(extent))) map.show(extent, MARGIN_M);
      box.parentElement?.scrollTo({ top: 0 });
      box.querySelector("h2")?.focus({ preventScroll: true });
    },
    close,
    enter: sketch.pointInMiddle,
    moved: () => sketch.sketch().phase !== "none" && sketch.snapTo(boundaries.lines()),
    render,
  };
}
