// Buttons that copy a text: data-copy names the element that holds it. Hidden where scripts do not run.

for (const button of document.querySelectorAll("[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  const label = button.querySelector("span");
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(source.textContent);
      label.textContent = "Copied";
    } catch {
      // Without a secure connection browsers refuse; the text is selected so that the keyboard can copy it.
      getSelection().selectAllChildren(source);
      label.textContent = "Press Ctrl C";
    }
    setTimeout(() => { label.textContent = "Copy"; }, 2_500);
  });
}
