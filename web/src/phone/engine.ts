// The server's own engine on the phone: a WebAssembly module, JSON in and out. The other side is src/phone/abi.rs.
// Runs in a worker (worker.ts) and in Node (the tests); knows neither the page nor the network.
import type { Answer, Around, Basis, Lang, Problem } from "../types";

/** Where a pack answers: a box in degrees and the margin in which its lines are as fine. */
export interface Area { bbox: [west: number, south: number, east: number, north: number]; margin_m: number }

/** What a pack is. */
export interface PackMeta {
  /** The same for the same contents, whenever packed. */
  version: string;
  made_at: string;
  /** From this day on a newer one is worth asking for. It goes on answering. */
  refresh_after: string;
  /** Null: the whole region. */
  area: Area | null;
  /** No line is farther than this from the published one. */
  simplification_m: number;
  beyond_m: number;
  indicative: boolean;
}

/** The answer of GET /api/locate, computed on the phone. `area` is what it was computed on. */
export interface OfflineAnswer extends Omit<Answer, "basis"> {
  basis: (Basis & { simplification_m: number }) | null;
  offline: true;
  area: PackMeta;
}

/** A position as typed (`q`, or `x` and `y`), or degrees on WGS 84. */
export interface OfflineAsk {
  q?: string | null;
  x?: string | null;
  y?: string | null;
  lon?: number | null;
  lat?: number | null;
  crs?: string | null;
  accuracy_m?: number | null;
  at?: string | null;
  kind?: string | null;
  lang: Lang;
}

export type Located = { ok: true; answer: OfflineAnswer } | { ok: false; problem: Problem };
/** Lines and zones about a place in degrees, for drawing. */
export interface AroundAsk { lon: number; lat: number; reach_m: number; at: string | null; lang: Lang }
export type Surrounded = { ok: true; around: Around } | { ok: false; problem: Problem };
export type Loaded = { ok: true; area: PackMeta } | { ok: false; problem: Problem };

interface Exports {
  memory: WebAssembly.Memory;
  phone_room(length: number): number;
  phone_load(length: number): number;
  phone_ask(length: number): number;
}

/** One instance of the module. A call that fails inside ends it: make another one then. */
export class Engine {
  private constructor(private readonly wasm: Exports) {}

  static async of(module: WebAssembly.Module, now_ms: () => number = Date.now): Promise<Engine> {
    const text = (at: number, length: number) => decode(new Uint8Array(exports.memory.buffer, at, length));
    const imports: WebAssembly.Imports = { phone: { now_ms } };
    for (const { module: from, name } of WebAssembly.Module.imports(module)) {
      // proj4rs lends its numbers to be read from the browser; the ends of the names change with its version.
      if (name.startsWith("__wbg_parseFloat")) (imports[from] ??= {})[name] = (at: number, length: number) => Number.parseFloat(text(at, length));
      if (name.startsWith("__wbg_parseInt")) (imports[from] ??= {})[name] = (at: number, length: number, radix: number) => Number.parseInt(text(at, length), radix);
    }
    const instance = await WebAssembly.instantiate(module, imports);
    const exports = instance.exports as unknown as Exports;
    return new Engine(exports);
  }

  /** Opens a pack (GET /api/phone/area). One that is damaged leaves the one before in place. */
  load(pack: ArrayBuffer | Uint8Array): Loaded {
    return this.call(this.wasm.phone_load, pack instanceof Uint8Array ? pack : new Uint8Array(pack));
  }

  locate(ask: OfflineAsk): Located {
    return this.call(this.wasm.phone_ask, new TextEncoder().encode(JSON.stringify(ask)));
  }

  around(ask: AroundAsk): Surrounded {
    return this.call(this.wasm.phone_ask, new TextEncoder().encode(JSON.stringify({ op: "around", ...ask })));
  }

  private call<T>(entry: (length: number) => number, bytes: Uint8Array): T {
    const room = this.wasm.phone_room(bytes.length);
    new Uint8Array(this.wasm.memory.buffer, room, bytes.length).set(bytes);
    const reply = entry(bytes.length);
    const length = new DataView(this.wasm.memory.buffer).getUint32(reply, true);
    return JSON.parse(decode(new Uint8Array(this.wasm.memory.buffer, reply + 4, length))) as T;
  }
}

const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
