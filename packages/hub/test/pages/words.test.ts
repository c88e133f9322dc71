import { describe, expect, it } from 'vitest';
import { sayIn } from '../../src/messages/say.js';
import { describeChoices } from '../../src/pages/words/describe-choices.js';
import { describeServer } from '../../src/pages/words/describe-server.js';
import { startAgainPathOf } from '../../src/pages/words/page-paths.js';
import { sayDuration, sayMinutes } from '../../src/pages/words/say-duration.js';
import { sayMemory } from '../../src/pages/words/say-memory.js';
import { AROUND, ago, ahead, JUPYTERLAB, makeServerRow } from './examples.js';

describe('Lengths of time in words', () => {
  it.each([
    [-5, '0 s'],
    [0.9, '0 s'],
    [59, '59 s'],
    [60, '1 min'],
    [245, '4 min 5 s'],
    [3600, '1 h'],
    [5400, '1 h 30 min'],
    [86_400, '1 d'],
    [183_600, '2 d 3 h'],
  ])('say %d seconds as %s', (seconds, words) => {
    expect(sayDuration(seconds)).toBe(words);
  });

  it('call a day of run time 24 h, as clusters do', () => {
    expect([0, 30, 90, 1440, 2880].map(sayMinutes)).toEqual(['0 min', '30 min', '1 h 30 min', '24 h', '2 d']);
  });
});

describe('An amount of memory', () => {
  it('is said in the largest unit that keeps it above one', () => {
    expect([512, 1536, 96_000, 2_097_152].map(sayMemory)).toEqual(['512 MiB', '1.5 GiB', '94 GiB', '2 TiB']);
  });
});

describe('Choices', () => {
  it('are said with the labels of the form, run times as such', () => {
    const facts = describeChoices(
      { partition: 'gpus', gpus: 2, minutes: 90, kernel: 'py', debug: true },
      sayIn.en,
      JUPYTERLAB,
    );
    expect(facts).toEqual([
      { label: 'GPUs per node', value: '2' },
      { label: 'Run time', value: '1 h 30 min' },
      { label: 'Kernel', value: 'Python' },
      { label: 'Say more in the log', value: 'yes' },
    ]);
  });

  it('are shown by their bare name when the template is gone', () => {
    expect(describeChoices({ minutes: 30, modules: 'R' }, sayIn.en)).toEqual([
      { label: 'minutes', value: '30 min' },
      { label: 'modules', value: 'R' },
    ]);
  });
});

describe('The link that starts again', () => {
  it('carries site, template, name and every choice', () => {
    expect(startAgainPathOf(makeServerRow())).toBe(
      '/hub/start?site=cluster&template=jupyterlab&name=default&partition=gpus&account=zam&nodes=1&gpus=2&minutes=30',
    );
  });
});

describe('A server in words', () => {
  it('can be opened and stopped while it runs, and says how long it still may', () => {
    const view = describeServer(makeServerRow(), AROUND);
    expect(view).toMatchObject({
      state: { word: 'Running', tone: 'good' },
      openPath: '/user/alice/default/',
      stopPath: '/hub/servers/default/stop',
      runsOut: { left: '29 min 10 s' },
      site: 'Demo cluster',
      nodeType: 'gpus',
    });
  });

  it('cannot be opened while it waits, and says why it waits and when it may start', () => {
    const row = makeServerRow({
      state: 'queued',
      pendingReason: 'Priority',
      expectedStartAt: ahead(600),
      endsAt: null,
    });
    const view = describeServer(row, AROUND);
    expect(view.openPath).toBeUndefined();
    expect(view.stopPath).toBe('/hub/servers/default/stop');
    expect(view.pending).toMatchObject({ code: 'Priority', starts: 'by-itself' });
    expect(view.expectedStart?.iso).toBe(ahead(600).toISOString());
  });

  it('is not stopped twice', () => {
    expect(describeServer(makeServerRow({ state: 'stopping' }), AROUND).stopPath).toBeUndefined();
  });

  it('keeps running while its site cannot be asked', () => {
    const row = makeServerRow({ unreachableSince: ago(300), unreachableReason: 'The connection timed out.' });
    const view = describeServer(row, AROUND);
    expect(view.unreachable).toMatchObject({
      why: 'The connection timed out.',
      since: { iso: ago(300).toISOString() },
    });
    expect(view.openPath).toBe('/user/alice/default/');
  });

  it.each([
    ['1:0', 'Its job ended with exit code 1.'],
    ['0:9', 'Its job was ended by signal 9.'],
    ['0:0', undefined],
    ['137', 'Its job ended with exit code 137.'],
    [null, undefined],
  ])('that ended with exit code %s says %s', (exitCode, words) => {
    const row = makeServerRow({ state: 'ended', endReason: 'failed', endMessage: 'It failed.', exitCode });
    expect(describeServer(row, AROUND).end?.exitCode).toBe(words);
  });

  it('does not say its exit code twice', () => {
    const end = {
      endReason: 'failed',
      endCode: 'exit-code',
      endValues: { code: '3', state: 'FAILED' },
      exitCode: '3:0',
    };
    const view = describeServer(makeServerRow({ state: 'ended', ...end }), AROUND);
    expect(view.end?.message).toBe('The job ended with exit code 3 (FAILED). The log says more.');
    expect(view.end?.exitCode).toBeUndefined();
  });

  it('has a word for every way to end', () => {
    const words = ['stopped', 'wall-time', 'out-of-memory', 'failed', 'unheard-of'].map(
      (endReason) => describeServer(makeServerRow({ state: 'ended', endReason }), AROUND).state.word,
    );
    expect(words).toEqual(['Stopped', 'Run time over', 'Out of memory', 'Failed', 'Ended']);
  });

  it('on the login node is called by the place and not by a queue', () => {
    const row = makeServerRow({ scheduler: 'process', state: 'submitted', choices: { partition: 'login-node' } });
    expect(describeServer(row, AROUND)).toMatchObject({
      nodeType: 'Login node',
      kind: 'process',
      state: { sentence: 'The server is being started on the login node.' },
    });
  });

  it('speaks German to whoever wants that, about state, reason and what one can do', () => {
    const german = { ...AROUND, say: sayIn.de };
    const waiting = makeServerRow({ state: 'queued', pendingReason: 'QOSMaxGRESPerUser' });
    expect(describeServer(waiting, german)).toMatchObject({
      state: { word: 'In der Warteschlange' },
      pending: { text: 'Die eigenen Jobs nutzen so viel, wie die Dienstgüte (QOS) gleichzeitig erlaubt (GPUs).' },
    });
    const end = { endReason: 'refused', endCode: 'refused', endValues: { words: 'Slurm refused: no' } };
    expect(describeServer(makeServerRow({ state: 'ended', ...end, endMessage: 'In English.' }), german)).toMatchObject({
      state: { word: 'Abgelehnt' },
      end: { message: 'Der Rechner hat den Job nicht angenommen.', words: 'Slurm refused: no' },
    });
  });

  it('whose job can never start says so, and what to do', () => {
    const view = describeServer(makeServerRow({ state: 'queued', pendingReason: 'PartitionTimeLimit' }), AROUND);
    expect(view).toMatchObject({
      isNever: true,
      state: { state: 'queued', word: 'Cannot start', tone: 'bad', sentence: 'This job will never start.' },
      pending: { advice: 'Cancel it and ask for a shorter run time.' },
    });
  });

  it('never shows its secret', () => {
    expect(JSON.stringify(describeServer(makeServerRow({ secret: 'f00d'.repeat(16) }), AROUND))).not.toContain('f00d');
  });
});
