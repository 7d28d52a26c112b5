// The page's side of the worker: a question, a promise of its answer.
import type { Lang } from "../types";
import type { AroundAsk, Loaded, Located, OfflineAsk, Surrounded } from "./engine";
import type { Message, Reply } from "./worker";

type Sent = Message extends infer M ? (M extends Message ? Omit<M, "id"> : never) : never;

export class Phone {
  private readonly worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  private readonly waiting = new Map<number, (reply: Reply) => void>();
  private next = 1;

  constructor() {
    this.worker.addEventListener("message", ({ data }: MessageEvent<Reply>) => {
      this.waiting.get(data.id)?.(data);
      this.waiting.delete(data.id);
    });
  }

  /** Opens a pack (the body of GET api/phone/area). The buffer is handed over to the worker. */
  load(area: ArrayBuffer, lang: Lang): Promise<Loaded> {
    return this.send<Loaded>({ op: "load", area, lang }, [area]);
  }

  locate(ask: OfflineAsk): Promise<Located> {
    return this.send<Located>({ op: "locate", ...ask });
  }

  around(ask: AroundAsk): Promise<Surrounded> {
    return this.send<Surrounded>({ op: "around", ...ask });
  }

  private send<T>(message: Sent, handed: Transferable[] = []): Promise<T> {
    const id = this.next++;
    return new Promise((resolve) => {
      this.waiting.set(id, (reply) => resolve(reply as T));
      this.worker.postMessage({ id, ...message }, handed);
    });
  }
}
