// Where the browser can hear and speak, the newcomer may too. Without it they type and read.

const spoken = document.querySelector("[data-speaks]");
const aloud = document.querySelector("[data-aloud]");
const microphone = document.querySelector("[data-microphone]");
const field = document.getElementById("words");

if (spoken && "speechSynthesis" in window) {
  aloud.hidden = false;
  let said = spoken.querySelectorAll("[data-said]").length;
  new MutationObserver(() => {
    const lines = [...spoken.querySelectorAll("[data-said]")];
    const news = lines.slice(Math.min(said, lines.length));
    said = lines.length;
    if (!aloud.querySelector("input").checked) return;
    news.forEach((line) => speechSynthesis.speak(new SpeechSynthesisUtterance(line.textContent.trim())));
  }).observe(spoken, { childList: true });
}

const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;
if (Recognition && microphone) {
  microphone.hidden = false;
  microphone.addEventListener("click", () => {
    const listening = new Recognition();
    listening.lang = "en-US";
    microphone.setAttribute("aria-pressed", "true");
    listening.addEventListener("result", (event) => {
      field.value = event.results[0][0].transcript;
      field.form.requestSubmit();
    });
    listening.addEventListener("end", () => microphone.removeAttribute("aria-pressed"));
    listening.start();
  });
}
