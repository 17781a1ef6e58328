// Which language to speak, and in which direction it is written. A visitor downloads the words of one language only.
const SPOKEN = ['en', 'es', 'fr', 'de', 'it', 'pt', 'nl', 'ar', 'zh', 'ja', 'tr', 'pl', 'ru', 'hi'];

export async function speak(wanted) {
  const language = [wanted, ...(navigator.languages ?? [])]
    .map((tag) => tag?.toLowerCase().split('-')[0])
    .find((tag) => SPOKEN.includes(tag)) ?? 'en';
  const { default: words } = await import(`./strings/${language}.js`);
  return {
    language,
    // The server may know languages these tables do not.
    asked: wanted ?? navigator.language ?? language,
    direction: language === 'ar' ? 'rtl' : 'ltr',
    t: (key, values = {}) => words[key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? ''),
  };
}
