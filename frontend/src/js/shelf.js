// What a lost network keeps from arriving waits in this browser, encrypted (AES-GCM). The key
// cannot be read out, lies in IndexedDB and is of one log-in: another log-in, or none, finds
// nothing. Where the browser has no WebCrypto (plain http on another host) it waits in the page.
const SHELF = "dunwell-desk-waiting";
const STORE = "dunwell-desk";
const KEYS = "keys";
const CIPHER = "AES-GCM";

let key = null;
let kept = {};
let writing = Promise.resolve();

// Reads what waits. `session` names the log-in; what another one left is thrown away.
export async function openShelf(session) {
  try {
    key = await keyOf(session);
    kept = await read();
  } catch {
    key = null;
    localStorage.removeItem(SHELF);
  }
  window.addEventListener("storage", async (event) => {
    if (event.key === SHELF && key) kept = await read();
  });
}

// Whether what waits survives a reload.
export function lasting() {
  return key !== null;
}

export function entries() {
  return Object.entries(kept);
}

export function waits(name) {
  return kept[name];
}

export function wait(name, url, body) {
  kept = { ...kept, [name]: { url, body } };
  return write();
}

export function forget(name) {
  if (!(name in kept)) return writing;
  const { [name]: _gone, ...rest } = kept;
  kept = rest;
  return write();
}

// After log-out: what waited, and the key.
export function forgetShelf() {
  localStorage.removeItem(SHELF);
  globalThis.indexedDB?.deleteDatabase(STORE);
}

export function holdsSomething() {
  return localStorage.getItem(SHELF) !== null;
}

// One after the other, so that the last word written is the last word kept.
function write() {
  writing = writing.then(store, store);
  return writing;
}

async function store() {
  if (!key) return;
  if (Object.keys(kept).length === 0) {
    localStorage.removeItem(SHELF);
    return;
  }
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const text = new TextEncoder().encode(JSON.stringify(kept));
  try {
    const sealed = await crypto.subtle.encrypt({ name: CIPHER, iv }, key, text);
    localStorage.setItem(SHELF, JSON.stringify({ iv: base64(iv), sealed: base64(sealed) }));
  } catch {
    key = null; // No room: from now on it waits in the page, and the page says so.
  }
}

async function read() {
  const written = localStorage.getItem(SHELF);
  if (!written) return {};
  try {
    const { iv, sealed } = JSON.parse(written);
    const text = await crypto.subtle.decrypt({ name: CIPHER, iv: bytes(iv) }, key, bytes(sealed));
    return JSON.parse(new TextDecoder().decode(text));
  } catch {
    localStorage.removeItem(SHELF);
    return {};
  }
}

async function keyOf(session) {
  const made = await crypto.subtle.generateKey({ name: CIPHER, length: 256 }, false, [
    "encrypt", "decrypt",
  ]);
  const database = await opened();
  try {
    return await new Promise((done, fail) => {
      const change = database.transaction(KEYS, "readwrite");
      const keys = change.objectStore(KEYS);
      const asked = keys.get("key");
      let found = made;
      asked.onsuccess = () => {
        if (asked.result?.session === session) {
          found = asked.result.key;
          return;
        }
        localStorage.removeItem(SHELF);
        keys.put({ session, key: made }, "key");
      };
      change.oncomplete = () => done(found);
      change.onerror = () => fail(change.error);
      change.onabort = () => fail(change.error);
    });
  } finally {
    database.close();
  }
}

function opened() {
  return new Promise((done, fail) => {
    const asked = indexedDB.open(STORE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(KEYS);
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
}

function base64(buffer) {
  return btoa(String.fromCharCode(...new Uint8Array(buffer)));
}

function bytes(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
