// While somebody writes the name of a new term: what there is like it. The server shows the same on submit.

const TYPING_PAUSE = 300; // ms before the server is asked

function showWhatIsAlike(form) {
  const input = document.getElementById(form.dataset.alikeFor);
  if (!input) return;
  const region = document.createElement("div");
  region.className = "alike";
  region.setAttribute("aria-live", "polite");
  input.after(region);
  let timer;
  let asked = 0;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const number = ++asked;
      const text = input.value.trim();
      const response = text.length > 2 ? await fetch(`${form.dataset.alike}?q=${encodeURIComponent(text)}`).catch(() => null) : null;
      if (number !== asked) return;
      const found = response?.ok && !response.redirected ? (await response.text()).trim() : "";
      region.innerHTML = found;
      if (!found) return;
      const asking = document.createElement("p");
      asking.className = "quiet";
      asking.textContent = "Is it one of these?";
      region.prepend(asking);
    }, TYPING_PAUSE);
  });
}

for (const form of document.querySelectorAll("form[data-alike]")) showWhatIsAlike(form);
