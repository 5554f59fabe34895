// Sending of the desk. What a lost network keeps from arriving waits on the shelf, one entry a case
// and kind, and is sent again when the network is back; it is forgotten once it arrived.
import { entries, forget } from "../shelf.js";

const AGAIN_MS = 5000;

// What every request bears: who opened this page, and the token of the log-in there is now, which
// is another one than the page's own once the officer logged in anew in another tab.
export function stamps() {
  const own = JSON.parse(document.body.getAttribute("hx-headers"));
  const now = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  return now ? { ...own, "X-CSRFToken": now } : own;
}

export async function heard(response) {
  const answer = response.headers.get("Content-Type")?.includes("json") ? await response.json() : {};
  return { ok: response.ok, status: response.status, answer };
}

export async function post(url, body) {
  return heard(await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...stamps() },
    body: JSON.stringify(body),
    keepalive: true,
  }));
}

// Sends what waits, in the order it was written. `told` hears what became of each.
export function sendWhatWaits(told) {
  const again = async () => {
    for (const [name, { url, body }] of entries()) {
      try {
        const sent = await post(url, body);
        if (sent.status >= 500 || sent.status === 401) return;
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
