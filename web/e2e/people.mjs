// Accounts for the journeys, made by the administrator the journeys begin with.
import { SERVER } from "./browser.mjs";

const PASSWORD = "a password for the journeys";
const made = new Map();

/** Name and password of an account with this role, and for this unit; made once a run. */
export function account(role, unit = null) {
  const name = `${role}${unit ? `-${unit}` : ""}`;
  if (!made.has(name)) made.set(name, make(name, role, unit));
  return made.get(name);
}

async function make(name, role, unit) {
  const post = async (path, body, token) => {
    const response = await fetch(`${SERVER}${path}`, {
      method: "POST", body: JSON.stringify(body),
      headers: { "content-type": "application/json", ...(token ? { authorization: `Bearer ${process.env.GIAPRANH_TOKEN}` } : {}) },
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  const { link } = await post("/api/users", { name, role, unit }, true);
  await post("/api/setup", { link: new URL(link, SERVER).searchParams.get("link"), password: PASSWORD });
  return { name, password: PASSWORD };
}

/** Signs this browser in as somebody else than the administrator it came as. */
export async function signInAs(v, who) {
  await v.context.clearCookies();
  const answer = await v.context.request.post(`${SERVER}/api/session`, { data: who });
  if (!answer.ok()) throw new Error(`signing in: ${answer.status()}`);
}
