import { expect, it } from 'vitest';
import { sayIn } from '../../src/messages/say.js';
import { describeTimeline } from '../../src/pages/server/describe-timeline.js';
import { ago, makeEvent, makeServerRow } from './examples.js';

const say = sayIn.en;

const REQUESTED = makeEvent(1, 'requested', ago(61), 'Requested');
const SUBMITTED = makeEvent(2, 'submitted', ago(60.5), 'Submitted as job 42.');
const QUEUED = makeEvent(3, 'queued', ago(60), 'Waiting in the queue.');

it('A server that waits shows what has been with times, what is, and what is still to come.', () => {
  const steps = describeTimeline(makeServerRow({ state: 'queued' }), [REQUESTED, SUBMITTED, QUEUED], say);
  expect(steps.map(({ title, status, took }) => [title, status, took])).toEqual([
    ['Requested', 'done', '0.5 s'],
    ['Handed to the scheduler', 'done', '0.5 s'],
    ['Waiting in the queue', 'current', undefined],
    ['Starting the server', 'todo', undefined],
    ['Ready', 'todo', undefined],
  ]);
});

it('A process on the login node never waits in a queue.', () => {
  const steps = describeTimeline(makeServerRow({ state: 'requested', scheduler: 'process' }), [REQUESTED], say);
  expect(steps.map((step) => step.title)).toEqual(['Requested', 'Process started', 'Starting the server', 'Ready']);
});

it('A server that is ready has nothing left to come.', () => {
  const events = [REQUESTED, makeEvent(2, 'ready', ago(2), 'Ready.')];
  expect(describeTimeline(makeServerRow(), events, say).map((step) => step.status)).toEqual(['done', 'done']);
});

it('A failure is the last step, in words and not only in colour.', () => {
  const row = makeServerRow({ state: 'ended', endReason: 'out-of-memory' });
  const steps = describeTimeline(row, [REQUESTED, makeEvent(2, 'ended', ago(1), 'Too much memory.')], say);
  expect(steps.at(-1)).toMatchObject({
    title: 'Out of memory',
    status: 'failed',
    statusWord: 'failed',
    message: 'Too much memory.',
  });
});

it('A server that was stopped did not fail.', () => {
  const row = makeServerRow({ state: 'ended', endReason: 'stopped' });
  expect(describeTimeline(row, [makeEvent(1, 'ended', ago(1), 'You stopped it.')], say).at(-1)?.status).toBe('done');
});

it('A message that only repeats the title is left out, but for its full stop.', () => {
  const [requested, , queued] = describeTimeline(
    makeServerRow({ state: 'queued' }),
    [REQUESTED, SUBMITTED, QUEUED],
    say,
  );
  expect(requested?.message).toBeUndefined();
  expect(queued?.message).toBeUndefined();
});

it('What was kept with a code is said in the language of the reader, and the words of the site stay as they are.', () => {
  const refused = { ...makeEvent(2, 'ended', ago(1), 'In English.'), cause: 'refused' as const };
  const details = { end: 'refused', words: 'Slurm refused: Invalid account' };
  const accepted = { ...makeEvent(1, 'submitted', ago(2), 'x'), cause: 'accepted' as const };
  const events = [
    { ...accepted, details: { kind: 'slurm', job: '42' } },
    { ...refused, details },
  ];
  const steps = describeTimeline(makeServerRow({ state: 'ended', endReason: 'refused' }), events, sayIn.de);
  expect(steps.map(({ title, message, words }) => [title, message, words])).toEqual([
    ['An den Scheduler übergeben', 'Als Job 42 eingereicht.', undefined],
    ['Abgelehnt', 'Der Rechner hat den Job nicht angenommen.', 'Slurm refused: Invalid account'],
  ]);
});
