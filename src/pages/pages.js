// Forms of the server's own pages: a form with data-post sends its fields as JSON and shows the answer's words.
"use strict";

// The session's token against forged requests: the server gave it to this page's own origin in a cookie.
const csrf = () => document.cookie.match(/(?:^|; )giapranh-csrf=([^;]*)/)?.[1] ?? "";

// A document's file is kept first; the record then names it.
const keep = async (file) => {
  const kept = await fetch(`/api/documents?${new URLSearchParams({ name: file.name })}`, {
    method: "POST",
    headers: { "Content-Type": "application/octet-stream", "Accept-Language": document.documentElement.lang, "X-CSRF-Token": csrf() },
    body: file,
  });
  const words = await kept.json();
  if (!kept.ok) throw new Error(words.detail ?? kept.statusText);
  return words;
};

const value = async (field) => {
  if (field.type === "file") {
    const file = field.files[0];
    if (file === undefined) return undefined;
    return field.dataset.keep === undefined ? await file.text() : await keep(file);
  }
  if (field.type === "checkbox") return field.checked;
  if (field.value.trim() === "") return undefined;
  if (field.dataset.bool !== undefined) return field.value === "true";
  if (field.type === "number" || field.dataset.number !== undefined) return Number(field.value);
  return field.value.trim();
};

// "document.title" → {document: {title: …}}; "measure.0.what" → {measure: [{what: …}]}
const put = (target, path, what) => {
  const steps = path.split(".");
  let here = target;
  steps.forEach((step, i) => {
    if (i === steps.length - 1) here[step] = what;
    else here = here[step] ??= /^\d+$/.test(steps[i + 1]) ? [] : {};
  });
};

const send = async (form) => {
  const raw = form.dataset.raw !== undefined;
  const query = new URLSearchParams();
  let body = {};
  for (const field of form.elements) {
    if (!field.name) continue;
    const what = await value(field);
    if (what === undefined) continue;
    if (field.dataset.body !== undefined) body = what;
    else if (raw) query.set(field.name, what);
    else put(body, field.name, what);
  }
  for (const list of form.dataset.lists?.split(" ") ?? []) {
    if (Array.isArray(body[list])) body[list] = body[list].filter((x) => x && Object.keys(x).length > 1);
  }
  const address = raw ? `${form.dataset.post}?${query}` : form.dataset.post;
  const kind = raw ? "text/plain" : "application/json";
  const lang = document.documentElement.lang;
  return fetch(address, {
    method: form.dataset.method ?? "POST",
    headers: {
      "Content-Type": kind,
      "Accept-Language": lang,
      "X-CSRF-Token": csrf(),
      ...(form.dataset.ifMatch === undefined ? {} : { "If-Match": `"${form.dataset.ifMatch}"` }),
    },
    body: form.dataset.method === "DELETE" ? undefined : raw ? body : JSON.stringify(body),
  });
};

for (const form of document.querySelectorAll("form[data-post]")) {
  const said = form.querySelector(".said");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    said.className = "said";
    said.textContent = "…";
    try {
      const answer = await send(form);
      const words = answer.status === 204 ? {} : await answer.json();
      if (answer.ok) {
        // Shown once: the page stays until it has been copied.
        if (form.dataset.show !== undefined) {
          const shown = words[form.dataset.show];
          said.textContent = shown.startsWith("/") ? new URL(shown, location.href).href : shown;
          button.disabled = false;
          return;
        }
        said.textContent = form.dataset.done ?? "✓";
        const go = form.dataset.go?.replace("{id}", words.id);
        if (go !== undefined) location.assign(go);
        else location.reload();
        return;
      }
      said.classList.add("bad");
      said.textContent = words.detail ?? answer.statusText;
    } catch (problem) {
      said.classList.add("bad");
      said.textContent = String(problem.message ?? problem);
    }
    button.disabled = false;
  });
}
