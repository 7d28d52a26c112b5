// The worker around the engine: one message in, one reply out.
//
//   {id, op: "load", area: ArrayBuffer}                                → {id, ok: true, area: PackMeta} | {id, ok: false, problem}
//   {id, op: "locate", q? | x?, y? | lon?, lat?, accuracy_m?, at?, lang} → {id, ok: true, answer} | {id, ok: false, problem}
//   {id, op: "around", lon, lat, reach_m, at, lang}                     → {id, ok: true, around} | {id, ok: false, problem}
//
// The module is fetched once, with the first message: the service worker has it where there is no network.
import type { Lang, Problem } from "../types";
import { Engine, type AroundAsk, type Loaded, type Located, type OfflineAsk, type Surrounded } from "./engine";

export type Message =
  | { id: number; op: "load"; area: ArrayBuffer; lang?: Lang }
  | ({ id: number; op: "locate" } & OfflineAsk)
  | ({ id: number; op: "around" } & AroundAsk);
export type Reply = { id: number } & (Loaded | Located | Surrounded);

const wasm = new URL(import.meta.env.DEV ? "/phone/giapranh_bg.wasm" : "../phone/giapranh_bg.wasm", self.location.href);

let module: Promise<WebAssembly.Module> | undefined;
let engine: Promise<Engine> | undefined;
/** Kept to begin anew with, should the engine ever stop. */
let pack: ArrayBuffer | undefined;

async function fetched(): Promise<WebAssembly.Module> {
  const response = await fetch(wasm);
  if (!response.ok) throw new Error(`${wasm.pathname}: HTTP ${response.status}`);
  return WebAssembly.compile(await response.arrayBuffer());
}

async function started(): Promise<Engine> {
  module ??= fetched();
  const made = await Engine.of(await module);
  if (pack) made.load(pack);
  return made;
}

async function answered(message: Message): Promise<Loaded | Located | Surrounded> {
  engine ??= started();
  const here = await engine;
  if (message.op === "locate") return here.locate(message);
  if (message.op === "around") return here.around(message);
  const loaded = here.load(message.area);
  if (loaded.ok) pack = message.area;
  return loaded;
}

/** The engine did not start or stopped: the next message makes a new one. */
function failed(error: unknown, lang: Lang = "vi"): { ok: false; problem: Problem } {
  engine = undefined;
  if (!(error instanceof WebAssembly.RuntimeError)) module = undefined;
  const title = lang === "vi" ? "Điện thoại không trả lời được" : "The phone cannot answer";
  const detail = lang === "vi" ? `Bộ tính trên điện thoại không chạy: ${String(error)}` : `The engine on the phone does not run: ${String(error)}`;
  return { ok: false, problem: { title, detail, status: 500, code: "engine_failed" } };
}

// One after the other: an engine has room for one message.
let last: Promise<unknown> = Promise.resolve();
self.addEventListener("message", ({ data }: MessageEvent<Message>) => {
  last = last
    .then(() => answered(data))
    .catch((error: unknown) => failed(error, data.lang))
    .then((reply) => self.postMessage({ id: data.id, ...reply } satisfies Reply));
});
