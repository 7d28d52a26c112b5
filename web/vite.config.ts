import { defineConfig } from "vite";

// Relative addresses: the page works at / and behind a proxy that serves it below another path.
// `npm run dev` passes the API and the pages that the server writes itself on to a running server, with the name of this
// host: the server takes changes from its own page only.
const server = process.env["GIAPRANH_URL"] ?? "http://127.0.0.1:8080";
const passedOn = ["/api", "/disputes", "/agreements", "/slivers", "/reforms", "/roles", "/pages.js"];

export default defineConfig({
  base: "./",
  build: { target: "es2022", sourcemap: false, assetsInlineLimit: 0, reportCompressedSize: true },
  server: { proxy: Object.fromEntries(passedOn.map((path) => [path, { target: server }])) },
});
