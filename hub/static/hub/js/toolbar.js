// Six buttons above a Markdown box. Everything they do can be typed; Tab reaches the row once, arrow keys move in it.

const TOOLS = [
  { name: "Bold", key: "b", wrap: ["**", "**"], sample: "bold words" },
  { name: "Link", key: "k", link: true },
  { name: "List", lines: "- ", sample: "one thing on each line" },
  { name: "Quote", lines: "> ", sample: "what somebody said" },
  { name: "Code", code: true },
  { name: "Table", block: "| What | How many |\n| --- | --- |\n| one | 1 |" },
];

/** Through the browser's own editing, so that undo takes it back. */
function put(box, text, start, end) {
  box.focus();
  box.setSelectionRange(start, end);
  if (!document.execCommand("insertText", false, text)) {
    box.setRangeText(text, start, end, "end");
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function apply(tool, box) {
  const { selectionStart: start, selectionEnd: end, value } = box;
  const chosen = value.slice(start, end);
  if (tool.wrap) {
    const [before, after] = tool.wrap;
    const words = chosen || tool.sample;
    put(box, before + words + after, start, end);
    box.setSelectionRange(start + before.length, start + before.length + words.length);
  } else if (tool.link) {
    const words = chosen || "words of the link";
    put(box, `[${words}](https://)`, start, end);
    const address = start + words.length + 3;
    box.setSelectionRange(address, address + "https://".length);
  } else if (tool.code && !chosen.includes("\n")) {
    put(box, `\`${chosen || "code"}\``, start, end);
    box.setSelectionRange(start + 1, start + 1 + (chosen || "code").length);
  } else {
    const first = value.lastIndexOf("\n", start - 1) + 1;
    const lines = value.slice(first, end);
    const text = tool.block ?? (tool.code ? `\`\`\`\n${lines}\n\`\`\`` : (lines || tool.sample).replace(/^/gm, tool.lines));
    const from = tool.block ? end : first;
    const gap = from === 0 || value.slice(0, from).endsWith("\n\n") ? "" : value.slice(0, from).endsWith("\n") ? "\n" : "\n\n";
    put(box, gap + text + (tool.block ? "\n" : ""), from, end);
  }
}

function offerTools(box) {
  const row = document.createElement("div");
  row.className = "toolbar";
  row.setAttribute("role", "toolbar");
  row.setAttribute("aria-label", "Formatting");
  row.setAttribute("aria-controls", box.id);
  const buttons = TOOLS.map((tool, place) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button plain";
    button.textContent = tool.name;
    button.tabIndex = place ? -1 : 0;
    if (tool.key) button.setAttribute("aria-keyshortcuts", `Control+${tool.key.toUpperCase()}`);
    button.addEventListener("click", () => apply(tool, box));
    return button;
  });
  row.append(...buttons);
  row.addEventListener("keydown", (event) => {
    const here = buttons.indexOf(document.activeElement);
    const last = buttons.length - 1;
    const to = { ArrowRight: here === last ? 0 : here + 1, ArrowLeft: here ? here - 1 : last, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    buttons.forEach((button, place) => {
      button.tabIndex = place === to ? 0 : -1;
    });
    buttons[to].focus();
  });
  box.addEventListener("keydown", (event) => {
    const tool = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && TOOLS.find(({ key }) => key === event.key);
    if (!tool) return;
    event.preventDefault();
    apply(tool, box);
  });
  box.before(row);
}

for (const box of document.querySelectorAll("textarea[data-preview-url]")) offerTools(box);
