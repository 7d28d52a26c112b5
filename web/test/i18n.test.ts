import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { en } from "../src/i18n/en";
import { vi } from "../src/i18n/vi";

const files = (dir: URL): string[] =>
  readdirSync(dir, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? files(new URL(`${entry.name}/`, dir)) : /\.ts$/.test(entry.name) ? [readFileSync(new URL(entry.name, dir), "utf8")] : []);
const source = new URL("../src/", import.meta.url);
const page = ["index", "field", "data"].map((name) => readFileSync(new URL(`../${name}.html`, import.meta.url), "utf8")).join("\n");
const code = files(source).filter((text) => !text.includes("skip:")).join("\n") + page;
const blanks = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();

describe("the two languages", () => {
  it("have the same keys", () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(vi).sort());
  });

  it.each(Object.keys(vi) as (keyof typeof vi)[])("say something for %s, with the same blanks", (key) => {
    expect(vi[key].trim()).not.toBe("");
    expect(en[key].trim()).not.toBe("");
    expect(blanks(en[key])).toEqual(blanks(vi[key]));
  });

  it("have no key that the page does not use", () => {
    const groups = [...code.matchAll(/word\(\s*"(\w+)"|t\(`(\w+)\./g)].map((m) => `${m[1] ?? m[2]}.`);
    const unused = Object.keys(vi).filter((key) => !code.includes(`"${key}"`) && !groups.some((group) => key.startsWith(group)));
    expect(unused).toEqual([]);
  });

  it("cover every key that the markup names", () => {
    const named = [...page.matchAll(/data-t(?:-label)?="(\w+)"/g)].map((m) => m[1]!);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((key) => !(key in vi))).toEqual([]);
  });
});
