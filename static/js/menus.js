// Menus are <details>: they open without scripts. Here they also close by a click elsewhere and by Escape.

const openMenus = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// "Tomorrow at 9:00" means nine where the agent sits.
document.addEventListener("toggle", (event) => {
  const field = event.target.querySelector?.("[data-time-zone]");
  if (field) field.value = Intl.DateTimeFormat().resolvedOptions().timeZone;
}, true);

// On a narrow screen the tab of the open page may be out of sight.
for (const open of document.querySelectorAll(".tabs [aria-current], .parts [aria-current]")) open.scrollIntoView({ inline: "center", block: "nearest" });
