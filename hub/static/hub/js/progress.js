// Keeps the bar of an issue that goes out up to date. Without it the page loads itself again every few seconds.

const EVERY = 2000; // ms
const region = document.querySelector("[data-bar]");

/** Nothing is replaced under somebody who is about to press a button in it. */
function isInUse() {
  return region.contains(document.activeElement);
}

async function look() {
  if (document.hidden || isInUse()) return true;
  const response = await fetch(region.dataset.bar, { credentials: "same-origin" });
  if (!response.ok || response.redirected) return false;
  region.innerHTML = await response.text();
  return region.querySelector("[data-state]")?.dataset.state === "sending";
}

async function keepLooking() {
  let goesOn = true;
  try {
    goesOn = await look();
  } catch {
    // The connection is away for a moment; the next look will tell.
  }
  if (goesOn) setTimeout(keepLooking, EVERY);
}

if (region) setTimeout(keepLooking, EVERY);
