// Naming somebody in a Markdown box: after "@" and two letters, the members whose name begins so. The whole name can be typed too.

const TYPING_PAUSE = 150; // ms before the server is asked
const BEGUN = /(?:^|[\s([{"'“‘/])@(\p{L}[^\n@]{1,60})$/u;
const MOST_WORDS = 4; // past that nobody is typing a name

function make(name, attributes = {}, text = "") {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text) made.textContent = text;
  return made;
}

/** Through the browser's own editing, so that undo takes it back. */
function put(box, text, start, end) {
  box.focus();
  box.setSelectionRange(start, end);
  if (!document.execCommand("insertText", false, text)) {
    box.setRangeText(text, start, end, "end");
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/** How far down the box the line of the caret ends: the same text, laid out the same way, is measured. */
function caretBottom(box) {
  const style = getComputedStyle(box);
  const mirror = make("div", { "aria-hidden": "true" });
  for (const name of ["font", "letterSpacing", "lineHeight", "padding", "borderWidth", "boxSizing", "width"]) mirror.style[name] = style[name];
  Object.assign(mirror.style, { position: "absolute", visibility: "hidden", whiteSpace: "pre-wrap", overflowWrap: "break-word" });
  const caret = make("span", {}, "@");
  mirror.append(box.value.slice(0, box.selectionStart), caret);
  document.body.append(mirror);
  const bottom = caret.offsetTop + caret.offsetHeight - box.scrollTop;
  mirror.remove();
  return Math.min(Math.max(bottom, 0), box.offsetHeight) + 4;
}

class Completion {
  constructor(box) {
    this.box = box;
    this.people = [];
    this.active = -1;
    this.asked = 0;
    this.nobody = null; // what nobody's name begins with: more letters find nobody either
    this.list = make("ul", { id: `${box.id}_people`, class: "completions", role: "listbox", "aria-label": "Members", hidden: "" });
    this.status = make("p", { class: "visually-hidden", role: "status" });
    const place = make("div", { class: "combobox" });
    place.append(this.list, this.status);
    box.after(place);
    box.setAttribute("aria-autocomplete", "list");
    box.setAttribute("aria-haspopup", "listbox");
    box.setAttribute("aria-controls", this.list.id);
    box.addEventListener("input", () => this.later());
    box.addEventListener("keydown", (event) => this.press(event));
    box.addEventListener("blur", () => this.close());
    box.addEventListener("click", () => this.close());
    // A press on an option must not take the focus from the box first.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose([...this.list.children].indexOf(option));
    });
  }

  /** The letters behind the "@" before the caret, or "". */
  begun() {
    const { selectionStart: caret, selectionEnd: end, value } = this.box;
    const text = caret === end ? (value.slice(Math.max(0, caret - 80), caret).match(BEGUN)?.[1] ?? "") : "";
    return text.trim().split(/\s+/).length > MOST_WORDS ? "" : text;
  }

  later() {
    clearTimeout(this.timer);
    const text = this.begun();
    if (!text || (this.nobody !== null && text.startsWith(this.nobody))) return this.close();
    this.timer = setTimeout(() => this.ask(text), TYPING_PAUSE);
  }

  async ask(text) {
    const number = ++this.asked;
    try {
      const response = await fetch(`${this.box.dataset.mentionUrl}?q=${encodeURIComponent(text)}`, {
        headers: { Accept: "application/json" },
        credentials: "same-origin",
      });
      if (!response.ok) throw new Error(String(response.status));
      const { people } = await response.json();
      if (number !== this.asked || document.activeElement !== this.box || this.begun() !== text) return;
      this.nobody = people.length ? null : text;
      this.show(people);
    } catch {
      this.close(); // the box still takes what is typed
    }
  }

  show(people) {
    const wasOpen = !this.list.hidden;
    this.people = people;
    this.active = -1;
    this.list.replaceChildren(
      ...people.map(({ name, council }, place) => {
        const item = make("li", { role: "option", id: `${this.list.id}_${place}`, "aria-selected": "false" });
        item.append(make("b", {}, name));
        if (council) item.append(make("span", { class: "quiet" }, council));
        return item;
      }),
    );
    this.list.hidden = people.length === 0;
    if (people.length) this.place();
    this.box.removeAttribute("aria-activedescendant");
    const count = `${people.length} ${people.length === 1 ? "member" : "members"}`;
    if (people.length) this.say(`${count}. Arrow down to choose.`);
    else if (wasOpen) this.say("No member is called so");
  }

  /** Beneath the line one types in, and in view. */
  place() {
    const down = this.box.getBoundingClientRect().top - this.list.parentElement.getBoundingClientRect().top;
    this.list.style.top = `${down + caretBottom(this.box)}px`;
    this.list.scrollIntoView({ block: "nearest" });
  }

  press(event) {
    if (this.list.hidden || event.isComposing) return;
    const last = this.people.length - 1;
    if (event.key === "ArrowDown") this.move(this.active >= last ? 0 : this.active + 1);
    else if (event.key === "ArrowUp" && this.active >= 0) this.move(this.active === 0 ? last : this.active - 1);
    else if ((event.key === "Enter" || event.key === "Tab") && this.active >= 0) this.choose(this.active);
    else if (event.key === "Escape") this.close();
    else if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) return this.close();
    else return;
    event.preventDefault();
  }

  move(place) {
    this.active = place;
    [...this.list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === place)));
    this.box.setAttribute("aria-activedescendant", this.list.children[place].id);
    this.list.children[place].scrollIntoView({ block: "nearest" });
  }

  choose(place) {
    const { name } = this.people[place];
    const caret = this.box.selectionStart;
    const start = caret - this.begun().length;
    const gap = /^[\s.,;:!?)]/.test(this.box.value.slice(caret)) ? "" : " ";
    put(this.box, name + gap, start, caret);
    this.close();
    this.say(`${name} named`);
  }

  close() {
    clearTimeout(this.timer);
    this.asked++;
    this.list.hidden = true;
    this.active = -1;
    this.box.removeAttribute("aria-activedescendant");
  }

  say(words) {
    this.status.textContent = words;
  }
}

for (const box of document.querySelectorAll("textarea[data-mention-url]")) new Completion(box);
