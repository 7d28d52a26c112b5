import { defineConfig } from "vite";
import { VitePWA } from "vite-plugin-pwa";

// Relative addresses: the page works at / and behind a proxy that serves it below another path.
// `npm run dev` passes the API and the pages that the server writes itself on to a running server, with the name of this
// host: the server takes changes from its own page only.
const server = process.env["GIAPRANH_URL"] ?? "http://127.0.0.1:8080";
const passedOn = ["/api", "/ogc", "/tiles", "/disputes", "/agreements", "/slivers", "/reforms", "/roles", "/incidents", "/account", "/signin", "/pages.js"];

export default defineConfig({
  base: "./",
  build: {
    target: "es2022",
    sourcemap: false,
    assetsInlineLimit: 0,
    reportCompressedSize: true,
    rolldownOptions: { input: ["index.html", "field.html", "data.html"] },
  },
  server: { proxy: Object.fromEntries(passedOn.map((path) => [path, { target: server }])) },
  plugins: [
    VitePWA({
      // A page that reloads by itself would end a perimeter being walked: a person says when.
      registerType: "prompt",
      injectRegister: false,
      manifest: {
        id: "/field",
        name: "giapranh – đất rừng này của ai?",
        short_name: "giapranh",
        description: "Trả lời địa phương nào chịu trách nhiệm, và báo tin, cả khi không có mạng.",
        lang: "vi",
        start_url: "./field",
        scope: "./",
        display: "standalone",
        theme_color: "#0b4a3c",
        background_color: "#0b4a3c",
        icons: [192, 512].map((size) => ({ src: `icon-${size}.png`, sizes: `${size}x${size}`, type: "image/png", purpose: "any maskable" })),
      },
      workbox: {
        globPatterns: ["**/*.{html,js,css,svg,png,woff2}"],
        // The pages that the server writes itself are never taken from here.
        navigateFallback: null,
        ignoreURLParametersMatching: [/^lang$/],
        clientsClaim: true,
        cleanupOutdatedCaches: true,
        // The engine comes with the first area that is taken along: nobody else has to load it.
        runtimeCaching: [{ urlPattern: /\/phone\/[^/]+\.wasm$/, handler: "NetworkFirst", options: { cacheName: "engine" } }],
      },
    }),
  ],
});
