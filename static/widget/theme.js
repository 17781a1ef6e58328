// Light, dark, and the shop's own colour. Text on that colour is black or white, whichever reads better.
export function paint(host, theme, configured) {
  const { mode, primaryColor } = typeof theme === 'object' && theme ? theme : { mode: theme };
  const dark = mode === 'dark' || (mode !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  const colour = [primaryColor, configured].find((candidate) => /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.test(candidate ?? ''));
  host.toggleAttribute('dark', dark);
  if (!colour) return;
  host.style.setProperty('--baton-primary', colour);
  host.style.setProperty('--baton-on-primary', luminance(colour) > 0.179 ? '#111111' : '#ffffff');
}

// WCAG relative luminance; 0.179 is where black and white contrast equally.
function luminance(hex) {
  const digits = hex.length === 4 ? hex.replace(/[^#]/g, '$&$&') : hex;
  const [red, green, blue] = [1, 3, 5]
    .map((at) => parseInt(digits.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
