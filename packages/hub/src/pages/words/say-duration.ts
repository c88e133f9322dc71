import type { Say } from '../../messages/say.js';

const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;
const JUST_NOW_S = 3;

/** A length of time in words, its two largest parts: `12 s`, `4 min 5 s`, `1 h 30 min`, `2 d 3 h`. Below zero counts as zero. */
export function sayDuration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < MINUTE_S) {
    return `${whole} s`;
  }
  if (whole < HOUR_S) {
    return join(whole, MINUTE_S, 'min', 1, 's');
  }
  return whole < DAY_S ? join(whole, HOUR_S, 'h', MINUTE_S, 'min') : join(whole, DAY_S, 'd', HOUR_S, 'h');
}

/** How long ago something was: `just now`, `12 s ago`. */
export function sayAge(seconds: number, say: Say): string {
  return seconds < JUST_NOW_S ? say('browser.justNow') : say('browser.ago', { duration: sayDuration(seconds) });
}

/** A length of time that is a guess, no more exact than it can be: `3 min`, `25 min`, `1 h 30 min`, `2 h`, `3 d`. */
export function sayAbout(seconds: number): string {
  const steps = [
    { below: 10 * MINUTE_S, step: MINUTE_S },
    { below: HOUR_S, step: 5 * MINUTE_S },
    { below: 3 * HOUR_S, step: 15 * MINUTE_S },
    { below: 2 * DAY_S, step: HOUR_S },
  ];
  const step = steps.find(({ below }) => seconds < below)?.step ?? DAY_S;
  return sayDuration(Math.max(1, Math.round(seconds / step)) * step);
}

/** The same for whole minutes, as run times are asked for: `30 min`, `1 h 30 min`, `24 h`, `7 d`; a day is `24 h`. */
export function sayMinutes(minutes: number): string {
  return minutes === 24 * 60 ? '24 h' : minutes === 0 ? '0 min' : sayDuration(minutes * MINUTE_S);
}

function join(seconds: number, large: number, largeUnit: string, small: number, smallUnit: string): string {
  const rest = Math.floor((seconds % large) / small);
  const first = `${Math.floor(seconds / large)} ${largeUnit}`;
  return rest === 0 ? first : `${first} ${rest} ${smallUnit}`;
}
