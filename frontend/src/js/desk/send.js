// Sending of the desk. What a lost network keeps from arriving waits on the shelf, one entry a case
// and kind, and is sent again when the network is back; it is forgotten once it arrived.
import { entries, forget } from "../shelf.js";

const AGAIN_MS = 5000;

export function token() {
  return JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
}

export async function post(url, body) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
    body: JSON.stringify(body),
    keepalive: true,
  });
  const answer = response.headers.get("Content-Type")?.includes("json") ? await response.json() : {};
  return { ok: response.ok, status: response.status, answer };
}

// Sends what waits, in the order it was written. `told` hears what became of each.
export function sendWhatWaits(told) {
  const again = async () => {
    for (const [name, { url, body }] of entries()) {
      try {
        const sent = await post(url, body);
        if (sent.status >= 500) return;
        forget(name);
        told(name, sent);
      } catch {
        return;
      }
    }
  };
  window.addEventListener("online", again);
  setInterval(() => entries().length && again(), AGAIN_MS);
  again();
}
