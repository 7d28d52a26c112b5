import { defineConfig } from "vite";

// Relative addresses: the page works at / and behind a proxy that serves it below another path.
// `npm run dev` passes /api on to a running server.
export default defineConfig({
  base: "./",
  build: { target: "es2022", sourcemap: false, assetsInlineLimit: 0, reportCompressedSize: true },
  server: { proxy: { "/api": process.env["GIAPRANH_URL"] ?? "http://127.0.0.1:8080" } },
});
