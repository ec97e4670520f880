// On the page of a question: says to the hub how far its reader has read, and copies links. Nothing here is needed to read or answer.

const IN_VIEW = 2000; // ms: a page that is only passed through has not been read

/** Once the thread has been in view for a while: up to when the page was drawn, so that what came since is still new. */
function sayRead(thread) {
  let timer;
  const say = () => {
    const token = document.querySelector("input[name=csrfmiddlewaretoken]")?.value;
    if (!token) return;
    fetch(thread.dataset.readUrl, {
      method: "POST",
      headers: { "X-CSRFToken": token },
      body: new URLSearchParams({ until: thread.dataset.readUntil }),
      credentials: "same-origin",
      keepalive: true,
    }).catch(() => {});
    document.removeEventListener("visibilitychange", watch);
  };
  const watch = () => {
    clearTimeout(timer);
    if (document.visibilityState === "visible") timer = setTimeout(say, IN_VIEW);
  };
  document.addEventListener("visibilitychange", watch);
  watch();
}

/** "Link to answer 3" gets a button beside it that copies the address. */
function offerCopy(link) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link-button";
  const words = document.createElement("span");
  words.textContent = "Copy link";
  const what = document.createElement("span");
  what.className = "visually-hidden";
  what.textContent = `: ${link.textContent.trim()}`;
  button.append(words, what);
  const said = document.createElement("span");
  said.setAttribute("role", "status");
  said.className = "visually-hidden";
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(link.href);
      words.textContent = "Copied";
      said.textContent = "The link is copied.";
    } catch {
      said.textContent = "The link could not be copied.";
    }
  });
  link.after(" ", button, said);
}

const thread = document.querySelector("[data-read-url]");
if (thread) sayRead(thread);
if (navigator.clipboard) for (const link of document.querySelectorAll("a[data-copy]")) offerCopy(link);
