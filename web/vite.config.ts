import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { defineConfig, type Plugin } from "vite";

// Relative addresses: the page works at / and behind a proxy that serves it below another path.
// `npm run dev` passes the API and the pages that the server writes itself on to a running server, with the name of this
// host: the server takes changes from its own page only.
const server = process.env["GIAPRANH_URL"] ?? "http://127.0.0.1:8080";
const passedOn = ["/api", "/ogc", "/tiles", "/disputes", "/agreements", "/slivers", "/reforms", "/roles", "/incidents", "/account", "/signin", "/pages.js"];

/** Writes the service worker with the list of what it keeps: everything of the build but the engine for phones. */
function serviceWorker(): Plugin {
  let out = "";
  return {
    name: "giapranh-service-worker",
    apply: "build",
    configResolved: (config) => void (out = path.resolve(config.root, config.build.outDir)),
    closeBundle() {
      const kept = (name: string) => /\.(html|js|css|svg|png|woff2|webmanifest)$/.test(name) && name !== "sw.js";
      const files = readdirSync(out, { recursive: true, encoding: "utf8" }).map((name) => name.replaceAll(path.sep, "/")).filter(kept).sort();
      const hash = createHash("sha256");
      for (const name of files) hash.update(name).update(readFileSync(path.join(out, name)));
      const build = JSON.stringify({ version: hash.digest("hex").slice(0, 16), files });
      writeFileSync(path.join(out, "sw.js"), readFileSync("src/sw.js", "utf8").replace("self.__BUILD__", build));
    },
  };
}

export default defineConfig({
  base: "./",
  build: {
    target: "es2022",
    sourcemap: false,
    assetsInlineLimit: 0,
    reportCompressedSize: true,
    rolldownOptions: { input: ["index.html", "field.html", "data.html"] },
  },
  server: { proxy: Object.fromEntries(passedOn.map((at) => [at, { target: server }])) },
  plugins: [serviceWorker()],
});
