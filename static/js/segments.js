// Segments of a text message (3GPP TS 23.038), counted as the adapter counts them after it has written typographic marks plainly.

const GSM = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const GSM_TWO = "\f^{}\\[~]|€";
const PLAIN = [[/[‘’‚′]/g, "'"], [/[“”„«»″]/g, '"'], [/[–—‐‑−•·]/g, "-"], [/…/g, "..."], [/[\u00a0\u202f\u2009]/g, " "], [/[\u200b\ufeff]/g, ""]];

const fits = (text) => [...text].every((c) => GSM.includes(c) || GSM_TWO.includes(c));

export function countSegments(typed) {
  const plain = PLAIN.reduce((text, [marks, mark]) => text.replace(marks, mark), typed);
  const gsm = fits(plain);
  const text = gsm ? plain : typed;
  const places = (c) => gsm ? (GSM_TWO.includes(c) ? 2 : 1) : c.length;
  const units = [...text].reduce((sum, c) => sum + places(c), 0);
  const [single, part] = gsm ? [160, 153] : [70, 67];
  if (units <= single) return { gsm, units, segments: units ? 1 : 0 };
  let segments = 1;
  let left = part;
  for (const c of text) {
    if (places(c) > left) {
      segments += 1;
      left = part;
    }
    left -= places(c);
  }
  return { gsm, units, segments };
}
