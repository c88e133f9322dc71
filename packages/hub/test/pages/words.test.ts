import { describe, expect, it } from 'vitest';
import { describeChoices } from '../../src/pages/words/describe-choices.js';
import { describeServer } from '../../src/pages/words/describe-server.js';
import { startAgainPathOf } from '../../src/pages/words/page-paths.js';
import { sayDuration, sayMinutes } from '../../src/pages/words/say-duration.js';
import { sayMemory } from '../../src/pages/words/say-memory.js';
import { ago, ahead, JUPYTERLAB, makeServerRow, NOW, ONE_SITE, TEMPLATES } from './examples.js';

const around = { now: NOW, sites: ONE_SITE, templates: TEMPLATES };

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
    const facts = describeChoices({ partition: 'gpus', gpus: 2, minutes: 90, kernel: 'py', debug: true }, JUPYTERLAB);
    expect(facts).toEqual([
      { label: 'GPUs per node', value: '2' },
      { label: 'Run time', value: '1 h 30 min' },
      { label: 'Kernel', value: 'Python' },
      { label: 'Say more in the log', value: 'yes' },
    ]);
  });

  it('are shown by their bare name when the template is gone', () => {
    expect(describeChoices({ minutes: 30, modules: 'R' })).toEqual([
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
    const view = describeServer(makeServerRow(), around);
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
    const view = describeServer(row, around);
    expect(view.openPath).toBeUndefined();
    expect(view.stopPath).toBe('/hub/servers/default/stop');
    expect(view.pending).toMatchObject({ code: 'Priority', starts: 'by-itself' });
    expect(view.expectedStart?.iso).toBe(ahead(600).toISOString());
  });

  it('is not stopped twice', () => {
    expect(describeServer(makeServerRow({ state: 'stopping' }), around).stopPath).toBeUndefined();
  });

  it('keeps running while its site cannot be asked', () => {
    const row = makeServerRow({ unreachableSince: ago(300), unreachableReason: 'The connection timed out.' });
    const view = describeServer(row, around);
    expect(view.unreachable).toMatchObject({
      why: 'The connection timed out.',
      since: { iso: ago(300).toISOString() },
    });
    expect(view.openPath).toBe('/user/alice/default/');
  });

  it.each([
    ['1:0', '1'],
    ['0:9', 'signal 9'],
    ['0:0', undefined],
    ['137', '137'],
    [null, undefined],
  ])('that ended with exit code %s says %s', (exitCode, words) => {
    const row = makeServerRow({ state: 'ended', endReason: 'failed', endMessage: 'It failed.', exitCode });
    expect(describeServer(row, around).end?.exitCode).toBe(words);
  });

  it('has a word for every way to end', () => {
    const words = ['stopped', 'wall-time', 'out-of-memory', 'failed', 'unheard-of'].map(
      (endReason) => describeServer(makeServerRow({ state: 'ended', endReason }), around).state.word,
    );
    expect(words).toEqual(['Stopped', 'Run time over', 'Out of memory', 'Failed', 'Ended']);
  });

  it('on the login node is called by the place and not by a queue', () => {
    const row = makeServerRow({ scheduler: 'process', state: 'submitted', choices: { partition: 'login-node' } });
    expect(describeServer(row, around)).toMatchObject({
      nodeType: 'Login node',
      isProcess: true,
      state: { sentence: 'The server is being started on the login node.' },
    });
  });

  it('never shows its secret', () => {
    expect(JSON.stringify(describeServer(makeServerRow({ secret: 'f00d'.repeat(16) }), around))).not.toContain('f00d');
  });
});
