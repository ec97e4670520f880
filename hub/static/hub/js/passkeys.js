// Passkeys: hands the server's questions to the browser, and the device's answers back, through an ordinary form.

const TROUBLE = {
  NotAllowedError: "Nothing has happened: you turned back, or it took too long. You can try again.",
  InvalidStateError: "This device keeps a passkey for your account already.",
  SecurityError: "Passkeys work only at the hub’s own address, over a safe connection.",
};
const OTHER_TROUBLE = "That did not work in this browser. Try again, or use another way.";

function toBytes(text) {
  const base64 = text.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function toText(buffer) {
  const binary = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

const withBytes = (credentials = []) => credentials.map((each) => ({ ...each, id: toBytes(each.id) }));

async function create({ publicKey }) {
  const credential = await navigator.credentials.create({
    publicKey: {
      ...publicKey,
      challenge: toBytes(publicKey.challenge),
      user: { ...publicKey.user, id: toBytes(publicKey.user.id) },
      excludeCredentials: withBytes(publicKey.excludeCredentials),
    },
  });
  const { response } = credential;
  return answer(credential, {
    attestationObject: toText(response.attestationObject),
    transports: response.getTransports?.() ?? [],
  });
}

async function get({ publicKey }) {
  const credential = await navigator.credentials.get({
    publicKey: {
      ...publicKey,
      challenge: toBytes(publicKey.challenge),
      allowCredentials: withBytes(publicKey.allowCredentials),
    },
  });
  const { response } = credential;
  return answer(credential, {
    authenticatorData: toText(response.authenticatorData),
    signature: toText(response.signature),
    userHandle: response.userHandle ? toText(response.userHandle) : null,
  });
}

/** A credential as JSON, its bytes as base64url. */
function answer(credential, response) {
  return {
    type: credential.type,
    id: credential.id,
    rawId: toText(credential.rawId),
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: { ...response, clientDataJSON: toText(credential.response.clientDataJSON) },
  };
}

/** On the page, or fetched when somebody presses the button: a question is good for one answer. */
async function optionsFor(form) {
  if (form.dataset.options) return JSON.parse(document.getElementById(form.dataset.options).textContent);
  const response = await fetch(form.dataset.optionsFrom, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`The server answered ${response.status}`);
  return response.json();
}

function say(form, words) {
  const place = form.querySelector("[data-passkey-trouble]");
  place.setAttribute("role", "alert");
  place.hidden = false;
  place.textContent = words;
}

function follow(form) {
  const ceremony = form.dataset.passkey === "create" ? create : get;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const options = await optionsFor(form);
      const credential = await ceremony(options.creation_options ?? options.request_options ?? options);
      form.elements.credential.value = JSON.stringify(credential);
      form.submit();
    } catch (error) {
      say(form, TROUBLE[error.name] ?? OTHER_TROUBLE);
    }
  });
}

if (window.PublicKeyCredential && navigator.credentials) {
  document.querySelectorAll("form[data-passkey]").forEach(follow);
  document.querySelectorAll("[data-without-passkeys]").forEach((notice) => {
    notice.hidden = true;
  });
}
