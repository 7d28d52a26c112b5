// Answers questions as a phone does: the module itself, through web/src/phone/engine.ts, in Node.
//
//   node tests/phone/answer.mjs MODULE.wasm PACK < asks.ndjson > replies.ndjson
//
// The first line out is the reply to the pack. The last word, to stderr: how long an answer took.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const web = new URL("../../web/", import.meta.url);
const vite = await import(pathToFileURL(createRequire(new URL("package.json", web)).resolve("vite")).href);
const source = new URL("src/phone/engine.ts", web);
const { code } = await vite.transformWithOxc(readFileSync(source, "utf8"), source.pathname);
const { Engine } = await import(`data:text/javascript;base64,${Buffer.from(code).toString("base64")}`);

const [module, pack] = process.argv.slice(2);
const engine = await Engine.of(await WebAssembly.compile(readFileSync(module)));
const started = performance.now();
const replies = [JSON.stringify(engine.load(readFileSync(pack)))];
const loaded = performance.now();
for await (const line of createInterface({ input: process.stdin })) replies.push(JSON.stringify(engine.locate(JSON.parse(line))));
const done = performance.now();
process.stdout.write(replies.map((reply) => `${reply}\n`).join(""));
console.error(`loaded in ${(loaded - started).toFixed(0)} ms, ${((done - loaded) / (replies.length - 1)).toFixed(2)} ms an answer`);
