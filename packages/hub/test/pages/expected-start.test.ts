import { ConnectorError } from '@juhub/connector';
import type { Refusal } from '@juhub/slurm';
import { describe, expect, it } from 'vitest';
import { sayIn } from '../../src/messages/say.js';
import { describeExpectedStart, type ExpectedStartAnswer } from '../../src/pages/start/describe-expected-start.js';
import { sayAbout } from '../../src/pages/words/say-duration.js';
import { RequestRefused } from '../../src/spawn/steps/check-request.js';
import { TooManyChecks } from '../../src/spawn/trial/expected-starts.js';
import { ahead, JUPYTERLAB, NOW } from './examples.js';

const tell = (answer: ExpectedStartAnswer, say = sayIn.en) =>
  describeExpectedStart(answer, { now: NOW, say, template: JUPYTERLAB });
const starts = (seconds: number) => ({ outcome: 'starts', at: ahead(seconds), nodes: 'cn1', askedAt: NOW }) as const;
const refused = (refusal: Refusal) => ({ outcome: 'refused', refusal, askedAt: NOW }) as const;

describe('The expected start', () => {
  it.each([
    [-5, 'Now', 'Jetzt'],
    [60, 'Now', 'Jetzt'],
    [400, 'In about 7 min', 'In etwa 7 min'],
    [7300, 'In about 2 h', 'In etwa 2 h'],
    [200_000, 'In about 2 d', 'In etwa 2 d'],
  ])('in %i seconds is told as “%s”', (seconds, english, german) => {
    expect(tell(starts(seconds)).headline).toBe(english);
    expect(tell(starts(seconds), sayIn.de).headline).toBe(german);
  });

  it('that will never be is told with its reason, what to do, and Slurm’s own words', () => {
    const answer = refused({ code: 'time', mayPass: false, words: 'Requested time limit is invalid' });
    expect(tell(answer)).toMatchObject({
      tone: 'bad',
      headline: 'Never like this',
      lines: ['The run time is longer than is allowed. Ask for less.'],
      words: 'Requested time limit is invalid',
    });
    expect(tell(answer, sayIn.de)).toMatchObject({
      headline: 'So nie',
      lines: ['Die Laufzeit ist länger als erlaubt. Weniger verlangen.'],
    });
  });

  it('that may come later is not called never', () => {
    expect(tell(refused({ code: 'submit-limit', mayPass: true, words: 'x' })).headline).toBe('Not now');
  });

  it('is never for choices that are not allowed, and says which', () => {
    const values = { project: 'zam', limit: 60, asked: 90 };
    const problems = [{ field: 'minutes', code: 'minutes-of-project', values, message: 'English.' }];
    expect(tell(new RequestRefused(problems), sayIn.de)).toMatchObject({
      headline: 'So nie',
      lines: ['Das Projekt zam erlaubt höchstens 60 Minuten; verlangt waren 90.'],
    });
  });

  it('is not known when the site is away, late, or was asked too often', () => {
    const away = new ConnectorError('unreachable', 'login1 does not answer.');
    expect(tell(away)).toMatchObject({ headline: 'Not known', words: 'login1 does not answer.' });
    expect(tell('late')).toMatchObject({ headline: 'Not known', againInSeconds: 1 });
    expect(tell(new TooManyChecks(7))).toMatchObject({ headline: 'Not known', againInSeconds: 7 });
  });

  it('is at once where there is no queue', () => {
    expect(tell({ outcome: 'at-once', askedAt: NOW }).headline).toBe('At once');
  });

  it('hides no fault of the hub', () => {
    expect(() => tell(new TypeError('x is undefined'))).toThrow('x is undefined');
  });
});

describe('A length of time that is a guess', () => {
  it.each([
    [20, '1 min'],
    [125, '2 min'],
    [1_440, '25 min'],
    [5_300, '1 h 30 min'],
    [7_100, '2 h'],
    [40_000, '11 h'],
    [260_000, '3 d'],
  ])('%i s is told as %s', (seconds, words) => {
    expect(sayAbout(seconds)).toBe(words);
  });
});
