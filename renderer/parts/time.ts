// Times and numbers in the window's words: relative under a day, absolute after.

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const language = typeof navigator !== 'undefined' && navigator.language.startsWith('en') ? navigator.language : 'en-GB';
const dayMonth = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short' });
const dayMonthYear = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', year: 'numeric' });
const full = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
const clock = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hour12: false });
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const precise = new Intl.NumberFormat('en', { maximumFractionDigits: 3 });

/** `now`, `4 m`, `3 h`, then `12 Nov`, with the year when it is another one. For columns. */
export function shortTime(at: number, now: number): string {
  const ago = now - at;
  if (ago < minute) return 'now';
  if (ago < hour) return `${Math.floor(ago / minute)} m`;
  if (ago < day) return `${Math.floor(ago / hour)} h`;
  return (new Date(at).getFullYear() === new Date(now).getFullYear() ? dayMonth : dayMonthYear).format(at);
}

/** In a sentence: `just now`, `4 min ago`, `3 h ago`, `12 Nov`. */
export function agoTime(at: number, now: number): string {
  const ago = now - at;
  if (ago < minute) return 'just now';
  if (ago < hour) return `${Math.floor(ago / minute)} min ago`;
  if (ago < day) return `${Math.floor(ago / hour)} h ago`;
  return shortTime(at, now);
}

/** Day and time of day, for tooltips. */
export function fullTime(at: number): string {
  return full.format(at);
}

/** `14:03`. */
export function clockTime(at: number): string {
  return clock.format(at);
}

/** A length of time, exact: `0.4 s`, `12 s`, `4 m 12 s`, `2 h 14 m`. */
export function duration(ms: number): string {
  if (ms < 10 * second) return `${(Math.max(0, ms) / second).toFixed(1).replace(/\.0$/, '')} s`;
  if (ms < minute) return `${Math.floor(ms / second)} s`;
  if (ms < hour) return `${Math.floor(ms / minute)} m ${Math.floor((ms % minute) / second)} s`;
  return `${Math.floor(ms / hour)} h ${Math.floor((ms % hour) / minute)} m`;
}

/** A length of time in steps of ten seconds, then of minutes: what goes on changes no faster. */
export function coarseDuration(ms: number): string {
  if (ms < minute) return `${Math.max(0, Math.floor(ms / (10 * second)) * 10)} s`;
  if (ms < hour) return `${Math.floor(ms / minute)} m`;
  return duration(ms);
}

/** `18,204`. */
export function count(value: number): string {
  return whole.format(value);
}

/** At most three digits after the point. */
export function amount(value: number): string {
  return precise.format(value);
}
