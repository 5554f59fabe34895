// Sending of the desk. What a lost network keeps from arriving waits in this browser, one entry a
// case and kind, and is sent again when the network is back; it is forgotten once it arrived.
const SHELF = "dunwell-desk-waiting";
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

function shelf() {
  try {
    return JSON.parse(localStorage.getItem(SHELF) ?? "{}");
  } catch {
    return {};
  }
}

export function wait(name, url, body) {
  localStorage.setItem(SHELF, JSON.stringify({ ...shelf(), [name]: { url, body } }));
}

export function waits(name) {
  return shelf()[name];
}

export function forget(name) {
  const kept = shelf();
  if (!(name in kept)) return;
  delete kept[name];
  if (Object.keys(kept).length) localStorage.setItem(SHELF, JSON.stringify(kept));
  else localStorage.removeItem(SHELF);
}

// Sends what waits, in the order it was written. `told` hears what became of each.
export function sendWhatWaits(told) {
  const again = async () => {
    for (const [name, { url, body }] of Object.entries(shelf())) {
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
  setInterval(() => Object.keys(shelf()).length && again(), AGAIN_MS);
  again();
}
