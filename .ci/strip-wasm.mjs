// A WebAssembly module without its custom sections (names, traces of how it was made): node .ci/strip-wasm.mjs IN OUT.
import { readFileSync, writeFileSync } from "node:fs";

const [from, to] = process.argv.slice(2);
const bytes = readFileSync(from);
const kept = [bytes.subarray(0, 8)];
for (let at = 8; at < bytes.length; ) {
  const start = at;
  const id = bytes[at++];
  let length = 0;
  for (let shift = 0, byte = 0x80; byte & 0x80; shift += 7) {
    byte = bytes[at++];
    length += (byte & 0x7f) * 2 ** shift;
  }
  at += length;
  if (id !== 0) kept.push(bytes.subarray(start, at));
}
writeFileSync(to, Buffer.concat(kept));
