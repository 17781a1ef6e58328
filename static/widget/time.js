// Dates in the visitor's words. Intl knows every language we speak, so no strings of our own.
const DAY_MS = 86_400_000;

const midnight = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();

export const sameDay = (a, b) => midnight(a) === midnight(b);

export function clock(language) {
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' });
  const format = (options) => new Intl.DateTimeFormat(language, options);
  const hour = format({ hour: 'numeric', minute: '2-digit' });
  const full = format({ dateStyle: 'full', timeStyle: 'short' });
  const day = format({ weekday: 'long', day: 'numeric', month: 'long' });
  return {
    full: (date) => full.format(date),
    short(date) {
      const minutes = Math.round((date - Date.now()) / 60_000);
      if (minutes >= 0) return relative.format(0, 'second');
      return minutes > -60 ? relative.format(minutes, 'minute') : hour.format(date);
    },
    day(date) {
      const days = Math.round((midnight(date) - midnight(new Date())) / DAY_MS);
      return days > -2 ? relative.format(days, 'day') : day.format(date);
    },
  };
}
