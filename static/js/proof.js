// The step asked of a suspicious sender: the browser works for a moment, then the answer is sent.
// ALTCHA, version 2, with the PBKDF2 of the browser itself, which it does beside the page: nothing
// freezes, and no worker is needed. Without script, or where the browser has no crypto.subtle (a site
// without HTTPS), the mail is the only way that shows.

const bytesOf = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
const hexOf = (buffer) =>
  Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

async function derivedKey({ nonce, salt, cost, keyLength }, counter) {
  const start = bytesOf(nonce);
  const password = new Uint8Array(start.length + 4);
  password.set(start);
  new DataView(password.buffer).setUint32(start.length, counter);
  const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: bytesOf(salt), iterations: cost };
  return hexOf(await crypto.subtle.deriveBits(how, key, keyLength * 8));
}

// Numbers are tried one after the other; gone through without luck, or left by the reader: null.
async function solve(parameters, most, isWanted, tell) {
  for (let counter = 0; counter <= most && isWanted(); counter += 1) {
    const key = await derivedKey(parameters, counter);
    if (key.startsWith(parameters.keyPrefix)) return { counter, derivedKey: key };
    tell((counter + 1) / most);
  }
  return null;
}

async function work(box) {
  if ("proofBusy" in box.dataset) return;
  box.dataset.proofBusy = "";
  const form = box.closest("form");
  const status = box.querySelector("[data-proof-status]");
  const progress = box.querySelector("progress");
  const challenge = JSON.parse(box.dataset.proof);
  box.querySelector("[data-proof-start]").hidden = true;
  box.querySelector("[data-proof-work]").hidden = false;
  status.textContent = status.dataset.working;
  const isWanted = () => box.isConnected;
  const tell = (part) => (progress.value = part);
  const most = Number(box.dataset.proofMost);
  const solution = await solve(challenge.parameters, most, isWanted, tell).catch(() => null);
  if (!isWanted()) return;
  progress.hidden = true;
  status.textContent = solution ? status.dataset.done : status.dataset.broken;
  if (!solution) {
    delete box.dataset.proofBusy;
    return;
  }
  form.elements.proof.value = btoa(JSON.stringify({ challenge, solution }));
  form.requestSubmit();
}

function offer(box) {
  box.dataset.proofSeen = "";
  if (!globalThis.crypto?.subtle) return;
  box.focus();
  if ("proofAuto" in box.dataset) work(box);
  else box.querySelector("[data-proof-start]").hidden = false;
}

function offerAll() {
  document.querySelectorAll("[data-proof]:not([data-proof-seen])").forEach(offer);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-proof-start]");
  if (!button) return;
  event.preventDefault();
  work(button.closest("[data-proof]"));
});

document.addEventListener("htmx:afterSettle", offerAll);
offerAll();
