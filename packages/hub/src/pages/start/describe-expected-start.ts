import type { JobTemplate } from '@juhub/job-template';
import type { Say } from '../../messages/say.js';
import { SiteInMaintenance } from '../../notices/site-in-maintenance.js';
import { findNotAsked } from '../../sites/say-not-asked.js';
import { RequestRefused } from '../../spawn/steps/check-request.js';
import { type AskedGuess, TooManyChecks } from '../../spawn/trial/expected-starts.js';
import { type Moment, sayMoment } from '../words/moment.js';
import { sayAbout } from '../words/say-duration.js';
import { sayProblem } from '../words/say-problem.js';

/** When a server would start, in words. */
export interface ExpectedStartNote {
  readonly tone: 'good' | 'wait' | 'bad' | 'neutral';
  readonly icon: 'check' | 'hourglass' | 'cross' | 'warning';
  /** `Now`, `In about 2 h`, `Never like this`. */
  readonly headline: string;
  readonly at?: Moment | undefined;
  /** Why, and what one can do. Full sentences. */
  readonly lines: readonly string[];
  /** What Slurm or the connector says itself. */
  readonly words?: string | undefined;
  /** After how long it is worth asking again; undefined: an answer. */
  readonly againInSeconds?: number | undefined;
}

/** What was answered to the question when a server would start: a guess, `late`, or the error. */
export type ExpectedStartAnswer = AskedGuess | 'late' | Error;

/** What is said as "now": a scheduler looks at its queue about as often. */
const NOW_S = 90;

/** After as long, one asks again for an answer that is on its way. */
const LATE_WAIT_S = 1;

/** Says when a server would start. Pure. @throws an error that is a fault of the hub */
export function describeExpectedStart(
  answer: ExpectedStartAnswer,
  { now, say, template }: { now: Date; say: Say; template: JobTemplate | undefined },
): ExpectedStartNote {
  if (answer === 'late') {
    const lines = [say('start.expected.late')];
    return { ...UNKNOWN, headline: say('start.expected.unknown'), lines, againInSeconds: LATE_WAIT_S };
  }
  return answer instanceof Error ? describeError(answer, template, say) : describeGuess(answer, now, say);
}

const UNKNOWN = { tone: 'neutral', icon: 'warning' } as const;
const NEVER = { tone: 'bad', icon: 'cross' } as const;
const NOW = { tone: 'good', icon: 'check' } as const;
const LATER = { tone: 'wait', icon: 'hourglass' } as const;

function describeGuess(guess: AskedGuess, now: Date, say: Say): ExpectedStartNote {
  switch (guess.outcome) {
    case 'at-once':
      return { ...NOW, headline: say('start.expected.atOnce'), lines: [say('start.expected.noQueue')] };
    case 'taken':
      return {
        ...LATER,
        headline: say('start.expected.taken'),
        lines: [say('start.expected.noTime')],
        words: guess.words === '' ? undefined : guess.words,
      };
    case 'refused': {
      const { code, mayPass, words } = guess.refusal;
      const headline = say(mayPass ? 'start.expected.notNow' : 'start.expected.never');
      return { ...NEVER, headline, lines: [say(`refusal.${code}`)], words };
    }
    case 'starts':
      return describeTime(guess.at, now, say);
  }
}

function describeTime(at: Date, now: Date, say: Say): ExpectedStartNote {
  const seconds = (at.getTime() - now.getTime()) / 1000;
  const lines = [say('start.expected.guess')];
  return seconds < NOW_S
    ? { ...NOW, headline: say('start.expected.now'), lines }
    : { ...LATER, headline: say('start.expected.in', { duration: sayAbout(seconds) }), at: sayMoment(at), lines };
}

function describeError(error: Error, template: JobTemplate | undefined, say: Say): ExpectedStartNote {
  if (error instanceof RequestRefused) {
    const lines = error.problems.map((problem) => sayProblem(problem, template, say));
    return { ...NEVER, headline: say('start.expected.never'), lines };
  }
  if (error instanceof TooManyChecks) {
    const { waitSeconds: seconds } = error;
    const lines = [say('start.expected.tooMany', { seconds })];
    return { ...UNKNOWN, headline: say('start.expected.unknown'), lines, againInSeconds: seconds };
  }
  if (error instanceof SiteInMaintenance) {
    const lines = [say('problem.site-in-maintenance', { site: error.site.title })];
    return { ...NEVER, headline: say('start.expected.notNow'), lines };
  }
  const why = findNotAsked(error);
  if (why !== undefined) {
    const lines = [say('start.cannotAsk')];
    return { ...UNKNOWN, headline: say('start.expected.unknown'), lines, words: why };
  }
  throw error;
}
